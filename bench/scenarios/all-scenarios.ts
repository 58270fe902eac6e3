import type { Scenario } from '../scenario.ts';
import { big } from './big.ts';
import { delay } from './delay.ts';
import { gigabitBig, gigabitSmall } from './gigabit.ts';
import { memory } from './memory.ts';
import { million } from './million.ts';
import { mixed } from './mixed.ts';
import { small } from './small.ts';
import { text, textLoopback } from './text.ts';

/** In the order they run. */
export const SCENARIOS: readonly Scenario[] = [
  big,
  small,
  mixed,
  memory,
  gigabitBig,
  gigabitSmall,
  delay,
  text,
  textLoopback,
  million,
];
