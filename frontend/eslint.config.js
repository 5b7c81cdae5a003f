// @ts-check
const js = require('@eslint/js');
const tseslint = require('typescript-eslint');
const angular = require('angular-eslint');

/** From the bottom to the top: a layer imports only from those before it. */
const LAYERS = ['protocol', 'ui', 'transport', 'session', 'grid', 'forms', 'charts', 'panels', 'pages'];

/** These need no other layer; the grid is told everything through its inputs. */
const CLOSED = ['protocol', 'ui', 'grid'];

function forbiddenFor(layer) {
  const allowed = CLOSED.includes(layer) ? [] : LAYERS.slice(0, LAYERS.indexOf(layer));
  return LAYERS.filter((name) => name !== layer && !allowed.includes(name));
}

const directions = LAYERS.filter((layer) => forbiddenFor(layer).length > 0).map((layer) => ({
  files: [`src/app/${layer}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: forbiddenFor(layer).map((name) => `**/${name}/**`),
            message: `${layer}/ may import only from layers below it (see eslint.config.js).`,
          },
        ],
      },
    ],
  },
}));

module.exports = tseslint.config(
  { ignores: ['dist/**', '.angular/**', 'node_modules/**', 'src/app/protocol/generated.ts'] },
  {
    files: ['**/*.ts'],
    extends: [
      js.configs.recommended,
      ...tseslint.configs.strict,
      ...tseslint.configs.stylistic,
      ...angular.configs.tsRecommended,
    ],
    processor: angular.processInlineTemplates,
    rules: {
      '@angular-eslint/component-selector': ['error', { type: 'element', prefix: 'wl', style: 'kebab-case' }],
      '@angular-eslint/directive-selector': [
        'error',
        { type: 'attribute', prefix: 'wl', style: 'camelCase' },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, varsIgnorePattern: '^_$' }],
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.html'],
    extends: [...angular.configs.templateRecommended, ...angular.configs.templateAccessibility],
    rules: {},
  },
  {
    files: ['**/*.spec.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  ...directions,
);
