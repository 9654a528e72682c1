// A list without rows: one sentence and the button that changes it.
import type { ReactNode } from 'react';

export function Empty({ text, children }: { readonly text: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <div>{text}</div>
      {children}
    </div>
  );
}
