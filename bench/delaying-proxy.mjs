// A TCP proxy that holds every byte back for half a round trip each way: `delaying-proxy.mjs PORT ROUND_TRIP_MS` prints its
// own port. Opening a connection costs a round trip too, as it does over a network.
import { connect, createServer } from 'node:net';

const [port, roundTrip] = process.argv.slice(2).map(Number);

const server = createServer({ pauseOnConnect: true }, (near) => {
  setTimeout(() => {
    const far = connect(port, '127.0.0.1');
    copy(near, far);
    copy(far, near);
  }, roundTrip);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

function copy(from, to) {
  const later = (work) => setTimeout(() => to.destroyed || work(), roundTrip / 2);
  from.setNoDelay(true);
  from.on('data', (chunk) => later(() => to.write(chunk)));
  from.on('end', () => later(() => to.end()));
  from.on('error', () => to.destroy());
  from.on('close', () => setTimeout(() => to.destroy(), roundTrip));
  from.resume();
}
