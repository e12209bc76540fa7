export { openQueue, prepareQueue, type Queue, type QueueName } from './queue.ts';
