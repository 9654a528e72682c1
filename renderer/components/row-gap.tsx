// Stands for the rows of a long table that do not exist now.
export function RowGap({ height, columns }: { readonly height: number; readonly columns: number }) {
  if (height === 0) return null;
  return (
    <tr aria-hidden className="gap">
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}
