// Stands for the rows of a long table that do not exist now.
export function RowGap({ height }: { readonly height: number }) {
  if (height === 0) return null;
  return (
    <tr aria-hidden className="gap">
      <td style={{ height }} />
    </tr>
  );
}
