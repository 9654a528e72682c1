// Two letters that stand for a client; vendor logos are never shown.
export function Monogram({
  letters,
  name,
  large = false,
}: {
  readonly letters: string;
  readonly name: string;
  readonly large?: boolean;
}) {
  return (
    <span className={large ? 'mg large' : 'mg'} title={name} role="img" aria-label={name}>
      {letters.slice(0, 2)}
    </span>
  );
}
