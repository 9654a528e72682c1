// The contract's implementer with the host's context: what every file of this folder starts from.
import type { Implementer } from '@orpc/server';
import type { Contract } from '../../shared/contract/index.ts';
import type { RpcContext } from '../parts.ts';

type ContractImplementer = Implementer<Contract, RpcContext, RpcContext>;
/** The implementer of one domain of the contract. */
export type DomainImplementer<Domain extends keyof Contract> = ContractImplementer[Domain];
