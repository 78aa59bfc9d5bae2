// A session of a JavaScript program with STS and IAM, which it finds by AWS_ENDPOINT_URL, with the account's root key.
// It ends with an exit status of 1 and says why, if an answer is not what AWS's would be.
"use strict";

const assert = require("node:assert/strict");
const { STSClient, AssumeRoleCommand, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
const iam = require("@aws-sdk/client-iam");

const account = process.env.ACCOUNT;
const once = { maxAttempts: 1 };
const awkward = "tab\there, line\nthere, return\r\nand <b>&amp;\"']]>";

// manage makes a user and a role that it may assume, and returns the user's key.
async function manage(root) {
  const user = await root.send(new iam.CreateUserCommand({ UserName: "bob", Path: "/team/", Tags: [{ Key: "team", Value: "blue" }] }));
  assert.equal(user.User.Arn, `arn:aws:iam::${account}:user/team/bob`);
  assert.ok(Math.abs(user.User.CreateDate - Date.now()) < 600_000, "a date is a Date of now");
  await assert.rejects(root.send(new iam.CreateUserCommand({ UserName: "Bob" })), (refusal) => {
    assert.ok(refusal instanceof iam.EntityAlreadyExistsException);
    assert.equal(refusal.message, "User with name Bob already exists.");
    assert.equal(refusal.$metadata.httpStatusCode, 409);
    assert.match(refusal.$metadata.requestId, /^[0-9a-f-]{36}$/);
    return true;
  });
  const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: user.User.Arn }, Action: "sts:AssumeRole" }] };
  const role = await root.send(new iam.CreateRoleCommand({ RoleName: "worker", AssumeRolePolicyDocument: JSON.stringify(trust), Description: awkward }));
  assert.equal(role.Role.Description, awkward);
  assert.deepEqual(JSON.parse(decodeURIComponent(role.Role.AssumeRolePolicyDocument)), trust);
  const key = await root.send(new iam.CreateAccessKeyCommand({ UserName: "bob" }));
  return { accessKeyId: key.AccessKey.AccessKeyId, secretAccessKey: key.AccessKey.SecretAccessKey };
}

// page reads a list through the SDK's paginator.
async function page(root) {
  for (const UserName of ["ann", "cem", "dora"]) {
    await root.send(new iam.CreateUserCommand({ UserName }));
  }
  const names = [];
  for await (const answer of iam.paginateListUsers({ client: root, pageSize: 1 }, {})) {
    assert.equal(answer.Users.length, 1);
    names.push(answer.Users[0].UserName);
  }
  assert.deepEqual(names.sort(), ["ann", "bob", "cem", "dora"]);
}

// assume goes from a key to a session of the role.
async function assume(credentials) {
  const bob = new STSClient({ ...once, credentials });
  assert.equal((await bob.send(new GetCallerIdentityCommand({}))).Arn, `arn:aws:iam::${account}:user/team/bob`);
  const RoleArn = `arn:aws:iam::${account}:role/worker`;
  const { Credentials } = await bob.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "now", DurationSeconds: 900 }));
  assert.ok(Math.abs(Credentials.Expiration - Date.now() - 900_000) < 60_000, "the session ends in 15 minutes");
  const session = { accessKeyId: Credentials.AccessKeyId, secretAccessKey: Credentials.SecretAccessKey, sessionToken: Credentials.SessionToken };
  const identity = await new STSClient({ ...once, credentials: session }).send(new GetCallerIdentityCommand({}));
  assert.equal(identity.Arn, `arn:aws:sts::${account}:assumed-role/worker/now`);
  await assert.rejects(new iam.IAMClient({ ...once, credentials: session }).send(new iam.ListUsersCommand({})), {
    name: "AccessDenied",
    message: `User: ${identity.Arn} is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::${account}:user/` +
      " because no identity-based policy allows the iam:ListUsers action",
  });
  const wrong = { ...credentials, secretAccessKey: "wrong" };
  await assert.rejects(new STSClient({ ...once, credentials: wrong }).send(new GetCallerIdentityCommand({})), { name: "SignatureDoesNotMatch" });
}

async function main() {
  const root = new iam.IAMClient(once);
  const key = await manage(root);
  await page(root);
  await assume(key);
  console.log("all as AWS answers");
}

main().catch((err) => {
  console.error(err);
  process.exitCode = 1;
});
