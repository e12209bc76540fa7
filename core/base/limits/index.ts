export {
  type AttemptLimit,
  createLimits,
  type LimitSettings,
  type Limits,
  type RequestLimit,
} from './limits.ts';
