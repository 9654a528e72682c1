// A remark that is no error: what is so, and what to do about it.
import { Visible } from './visible.tsx';

export interface NoteProps {
  readonly tone: 'warn' | 'policy';
  readonly title: string;
  readonly text: string;
}

export function Note({ tone, title, text }: NoteProps) {
  return (
    <div className={`reason ${tone}`} role="note">
      <div className="b anywhere">
        <Visible text={title} />
      </div>
      <div className="t2 anywhere">
        <Visible text={text} />
      </div>
    </div>
  );
}
