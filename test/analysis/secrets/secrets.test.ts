import assert from 'node:assert/strict';
import { findSecrets } from '#analysis/secrets/secrets';
import { applyChange } from '#core/text';
import { expandSecrets, secret } from '../../harness/secrets.ts';

const find = async (page: string, language = 'typescript', path = 'src/config.ts') => {
  const text = expandSecrets(page);
  return { text, ...(await findSecrets({ text, path, language })) };
};

/** What is reported, as the text under each finding. */
const reported = async (page: string, language?: string, path?: string): Promise<string[]> => {
  const { text, findings } = await find(page, language, path);
  return findings.map(({ range }) => text.slice(range.start, range.end));
};

const fixed = async (page: string, language?: string): Promise<string[]> => {
  const { text, findings } = await find(page, language);
  return findings.flatMap(({ fixes }) => fixes.map(({ change }) => applyChange(text, change)));
};

describe('secrets', () => {
  describe('the value alone is reported, inside its quotes', () => {
    const pages: readonly [string, string, string][] = [
      ['an AWS secret access key', "const awsSecretAccessKey = '{{aws-secret-access-key}}';", '{{aws-secret-access-key}}'],
      ['an AWS access key id', "const id = '{{aws-access-key-id}}';", '{{aws-access-key-id}}'],
      ['a GitHub token in a header', "const h = { Authorization: 'Bearer {{github-token}}' };", '{{github-token}}'],
      ['a Slack token', 'slack("{{slack-bot-token}}");', '{{slack-bot-token}}'],
      ['an Anthropic key', 'const key = `{{anthropic-api-key}}`;', '{{anthropic-api-key}}'],
      ['an npm token in .npmrc', '//registry.npmjs.org/:_authToken={{npm-access-token}}', '{{npm-access-token}}'],
      ['a PostgreSQL address', "connect('postgres://app:{{password}}@db.internal:5432/shop');", 'postgres://app:{{password}}@db.internal:5432/shop'],
      ['a MySQL address with options', 'connect("mysql://app:{{password}}@db.internal/shop?ssl=1", 1);', 'mysql://app:{{password}}@db.internal/shop?ssl=1'],
    ];
    for (const [title, page, value] of pages) {
      it(title, async () => {
        assert.deepEqual(await reported(page), [expandSecrets(value)]);
      });
    }
  });

  describe('no comment silences a finding', () => {
    const comments = ['secretlint-disable', 'secretlint-disable-line', 'secretlint-disable-next-line', 'eslint-disable', 'nosec', 'gitleaks:allow', 'noqa', 'pragma: allowlist secret'];
    for (const comment of comments) {
      it(comment, async () => {
        const page = `/* ${comment} */\n// ${comment}\nconst t = '{{github-token}}'; // ${comment}\n`;
        assert.deepEqual(await reported(page), [secret('github-token')]);
      });
    }
  });

  describe('no value leaves', () => {
    it('neither in messages, nor in fixes, nor in problems', async () => {
      const { findings, problems, values } = await find(`
        const awsSecretAccessKey = '{{aws-secret-access-key}}';
        const url = 'mongodb+srv://app:{{password}}@cluster.mongodb.net/shop';
        const key = "{{private-key-one-line}}";
        const token = '{{github-token}}';`);
      const said = JSON.stringify({ findings, problems });
      assert.deepEqual(values.filter((value) => said.includes(value)), []);
    });

    it('a fingerprint does not depend on the value', async () => {
      const prints = async (page: string) => (await find(page)).findings.map(({ print }) => print);
      assert.deepEqual(await prints("const a = '{{github-token}}';"), await prints("\n\nconst a = '{{github-token#2}}';"));
    });

    it('two secrets of one kind under one name have two fingerprints', async () => {
      const { findings } = await find("x({ token: '{{github-token}}' }, { token: '{{github-token#2}}' });");
      assert.equal(new Set(findings.map(({ print }) => print)).size, 2);
    });

    it('the password inside an address is masked elsewhere too', async () => {
      const { values } = await find("connect('postgres://app:{{password}}@db.internal:5432/shop');");
      assert.ok(values.includes(secret('password')));
    });
  });

  describe('stand-ins are not reported', () => {
    const pages = [
      "const awsSecretAccessKey = '" + 'wJalrXUtnFEMI' + "/K7MDENG/bPxRfiCYEXAMPLEKEY';",
      "const id = '" + 'AKIA' + "IOSFODNN7EXAMPLE';",
      "connect('postgres://user:password@localhost:5432/db');",
      "connect(`postgres://app:${password}@db.internal/shop`);",
      "const t = 'ghp_" + 'x'.repeat(36) + "';",
    ];
    for (const page of pages) {
      it(page, async () => {
        assert.deepEqual(await reported(page), []);
      });
    }
  });

  describe('the fix reads the environment', () => {
    const pages: readonly [string, string, string][] = [
      ['a constant', "const awsSecretAccessKey = '{{aws-secret-access-key}}';", 'const awsSecretAccessKey = process.env.AWS_SECRET_ACCESS_KEY;'],
      ['a property', 'connect({ githubToken: "{{github-token}}", a: 1 });', 'connect({ githubToken: process.env.GITHUB_TOKEN, a: 1 });'],
      ['a quoted property', 'connect({ "github-token": "{{github-token}}" });', 'connect({ "github-token": process.env.GITHUB_TOKEN });'],
      ['a member', 'config.githubToken = `{{github-token}}`;', 'config.githubToken = process.env.GITHUB_TOKEN;'],
      ['a private field', "class A { #npmToken = '{{npm-access-token}}'; }", 'class A { #npmToken = process.env.NPM_TOKEN; }'],
      ['a name that says too little', "new Client({ apiKey: '{{sendgrid-api-key}}' });", 'new Client({ apiKey: process.env.SENDGRID_API_KEY });'],
      ['a password of a database', "createPool({ host: 'db', password: '{{password}}' });", "createPool({ host: 'db', password: process.env.DB_PASSWORD });"],
      ['an argument', "connect('postgres://app:{{password}}@db.internal/shop');", 'connect(process.env.POSTGRESQL_URL);'],
      ['a key that signs', "jwt.sign({ id }, 'night-train-to-lisbon');", 'jwt.sign({ id }, process.env.JWT_SECRET);'],
      ['a fallback', "const t = process.env.GH ?? '{{github-token}}';", 'const t = process.env.GH;'],
    ];
    for (const [title, page, after] of pages) {
      it(title, async () => {
        assert.deepEqual(await fixed(page, 'javascript'), [after]);
      });
    }

    it('keeps the type in TypeScript', async () => {
      assert.deepEqual(await fixed("const githubToken: string = '{{github-token}}';"), ['const githubToken: string = process.env.GITHUB_TOKEN!;']);
    });
  });

  describe('no fix where it would not be right', () => {
    const pages = [
      "type Token = '{{github-token}}';",
      "interface A { token: '{{github-token}}' }",
      "type A = { token: '{{github-token}}' };",
      "function f(a: { token: '{{github-token}}' }) {}",
      "const a: '{{github-token}}' = b;",
      "const a = 'Bearer {{github-token}}';",
      'const a = `${b}{{github-token}}`;',
      "const a = '{{github-token}}' as const;",
      "if ('{{github-token}}') run();",
      "f<'{{github-token}}'>(a);",
      "const a = { '{{github-token}}': 1 };",
      "import a from '{{github-token}}';",
    ];
    for (const page of pages) {
      it(page, async () => {
        assert.deepEqual(await fixed(page), []);
      });
    }

    it('in a JSX attribute', async () => {
      assert.deepEqual(await fixed('const a = <Login token="{{github-token}}" />;', 'typescriptreact'), []);
    });

    it('in another language', async () => {
      assert.deepEqual(await fixed('github_token = "{{github-token}}"', 'python'), []);
    });
  });

  describe('long and broken texts', () => {
    it('one line of ten million characters is searched to its end', async () => {
      const token = secret('github-token');
      const text = `a='${token}';` + 'x=1;'.repeat(2_500_000) + `b='${secret('github-token', 'two')}'`;
      const { findings, problems } = await findSecrets({ text, path: 'a.js', language: 'javascript' });
      assert.deepEqual([findings.length, problems], [2, []]);
    });

    it('a secret across the border of two pieces is found once', async () => {
      const token = secret('github-token');
      const counts = await Promise.all(
        [131_040, 131_060, 131_072, 131_080].map(async (at) => {
          const text = ' '.repeat(at) + `'${token}'` + ' '.repeat(200_000);
          return (await findSecrets({ text, path: 'a.js', language: 'javascript' })).findings.length;
        }),
      );
      assert.deepEqual(counts, [1, 1, 1, 1]);
    });

    it('an aborted run rejects with the reason', async () => {
      const reason = new Error('newer edit');
      await assert.rejects(findSecrets({ text: 'a', path: 'a.js', language: 'javascript' }, AbortSignal.abort(reason)), reason);
    });

    it('a byte order mark does not shift what is reported', async () => {
      assert.deepEqual(await reported("\uFEFFconst t = '{{github-token}}';"), [secret('github-token')]);
    });
  });
});
