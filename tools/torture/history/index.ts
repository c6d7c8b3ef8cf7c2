export { History, type Actor, type Asked, type Invocation } from './history.js';
