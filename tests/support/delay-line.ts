/** Gives every UDP datagram back to its sender after a while. Argument: ms. Prints its port. */
import { createSocket } from 'node:dgram';

const delay = Number(process.argv[2]);
const socket = createSocket('udp4');
socket.on('message', (datagram, { port, address }) => {
  setTimeout(() => socket.send(datagram, port, address), delay);
});
socket.bind(0, '127.0.0.1', () => console.log(socket.address().port));
process.once('SIGTERM', () => socket.close(() => process.exit(0)));
