/** Somebody in one workspace, as the authorization server knows an account: the two ids with a dot between. */
export interface AccountName {
  readonly principal: string;
  readonly workspace: string;
}

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const shape = new RegExp(`^(${uuid})\\.(${uuid})$`);

export function accountName({ principal, workspace }: AccountName): string {
  return `${principal}.${workspace}`;
}

export function readAccountName(text: string | undefined): AccountName | undefined {
  const [, principal, workspace] = shape.exec(text ?? '') ?? [];
  return principal && workspace ? { principal, workspace } : undefined;
}
