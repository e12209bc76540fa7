export { type Delivery, openQueue, prepareQueue, type Queue, type QueueName } from './queue.ts';
