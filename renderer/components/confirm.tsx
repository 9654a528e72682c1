// The one modal question: names the thing, repeats the verb, and starts on the safe button.
import { Button, Modal } from '@mantine/core';

export interface ConfirmProps {
  readonly opened: boolean;
  readonly title: string;
  readonly text: string;
  readonly verb: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function Confirm({ opened, title, text, verb, onConfirm, onClose }: ConfirmProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={420} centered withCloseButton={false}>
      <p className="t2">{text}</p>
      <div className="row">
        <Button className="end" variant="default" data-autofocus onClick={onClose}>
          Keep it
        </Button>
        <Button
          variant="default"
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {verb}
        </Button>
      </div>
    </Modal>
  );
}
