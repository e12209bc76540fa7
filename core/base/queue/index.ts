export { type Delivery, movePlaces, openQueue, prepareQueue, type Queue, type QueueName } from './queue.ts';
