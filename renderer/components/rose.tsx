// The brand: a compass rose, two strokes and a needle.
export function Rose({ size = 20 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden color="var(--accent)">
      <circle cx="12" cy="12" r="10.6" fill="none" stroke="currentColor" strokeWidth="1.3" />
      <g stroke="currentColor" strokeWidth=".8" opacity=".55">
        <path d="M4.5 4.5l15 15M19.5 4.5l-15 15M1.5 12h21" />
      </g>
      <path d="M12 2.6l2.6 9.4L12 21.4 9.4 12z" fill="currentColor" />
      <path d="M12 12h2.6L12 21.4z" fill="var(--canvas)" opacity=".55" />
    </svg>
  );
}
