import { Type } from 'typebox';
import { section } from './section.ts';

/** Where and how tools run. */
export const runtimes = section('Where tools run.', {
  prestart: Type.Integer({
    default: 1,
    minimum: 0,
    maximum: 16,
    description: 'Programs of each runtime kept started and ready while it is in use.',
  }),
  warmMost: Type.Integer({
    default: 4,
    minimum: 0,
    maximum: 64,
    description: 'Most programs of a runtime kept ready after several were asked for at once.',
  }),
  warmMemoryMb: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1_048_576,
      description:
        'Megabytes that all programs kept ready may take together; an eighth of the memory of this machine where none are given.',
    }),
  ),
  warmIdleMinutes: Type.Integer({
    default: 30,
    minimum: 1,
    maximum: 100_000,
    description: 'Minutes without a run after which the programs of a runtime are let go.',
  }),
  processorsKept: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1024,
      description:
        'Processors of this host that runs of plugins which the release does not ship leave alone, so that the api answers as if they did not run; a container that waited ready under gVisor keeps those that it was started with. One where none are given, if there are two and `taskset` is here.',
    }),
  ),
  isolation: Type.Enum(['auto', 'required'], {
    default: 'auto',
    description:
      '`required`: refuse to start without bubblewrap. `auto`: say so and run shipped plugins alone.',
  }),
  maxSeconds: Type.Integer({
    default: 7200,
    minimum: 900,
    maximum: 86_400,
    description: 'Longest run on this host; a tool that asks for more is refused.',
  }),
  maxMemoryMb: Type.Integer({
    default: 16_384,
    minimum: 4096,
    maximum: 65_536,
    description: 'Most memory of a run on this host, likewise.',
  }),
  maxOutputMb: Type.Integer({
    default: 32_768,
    minimum: 20_480,
    maximum: 65_536,
    description: 'Most output of a run on this host, likewise.',
  }),
});

export const containers = section('The container engine that tools may run in.', {
  socket: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Unix socket of a Docker Engine; /var/run/docker.sock where it is there and none is given.',
    }),
  ),
  ociRuntime: Type.Optional(
    Type.Enum(['runc', 'runsc'], {
      description: "The engine's own where none is given; runsc is gVisor.",
    }),
  ),
});
