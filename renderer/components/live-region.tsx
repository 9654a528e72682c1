// The polite live region of the window.
import { useEffect, useState } from 'react';
import { onAnnouncement } from '../state/announce.ts';

export function LiveRegion() {
  const [text, setText] = useState('');
  useEffect(() => onAnnouncement(setText), []);
  return (
    <div className="sr" role="status" aria-live="polite">
      {text}
    </div>
  );
}
