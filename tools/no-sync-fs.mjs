/**
 * oxlint plugin: no synchronous file calls outside the folders whose code runs in worker threads.
 * Other `...Sync` functions (keys, hashes) are fine; `.oxlintrc.json` names the folders that are excepted.
 */
const FILE_MODULES = /^(node:)?(fs|original-fs)$|\/fs\.ts$/;

/** `node:sqlite` is synchronous throughout: its place is the state worker. */
const SYNCHRONOUS_MODULES = new Set(['node:sqlite']);

function importedName(specifier) {
  return String(specifier.imported?.name ?? specifier.imported?.value);
}

const noSyncFs = {
  create(context) {
    const fileNamespaces = new Set();
    return {
      ImportDeclaration(node) {
        if (node.importKind === 'type') return;
        if (SYNCHRONOUS_MODULES.has(node.source.value)) {
          context.report({ node, message: `'${node.source.value}' blocks this thread` });
        }
        if (!FILE_MODULES.test(node.source.value)) return;
        for (const one of node.specifiers) {
          if (one.type !== 'ImportSpecifier') fileNamespaces.add(one.local.name);
          else if (importedName(one).endsWith('Sync')) {
            context.report({ node: one, message: `'${importedName(one)}' blocks this thread` });
          } else if (importedName(one) === 'default') fileNamespaces.add(one.local.name);
        }
      },
      MemberExpression(node) {
        const name = String(node.property.name ?? node.property.value);
        if (!fileNamespaces.has(node.object.name) || !name.endsWith('Sync')) return;
        context.report({ node, message: `'${name}' blocks this thread` });
      },
    };
  },
};

export default { meta: { name: 'files' }, rules: { 'no-sync': noSyncFs } };
