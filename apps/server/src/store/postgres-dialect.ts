import {
  type ColumnDefinitionNode,
  type DataTypeNode,
  type Dialect,
  type KyselyPlugin,
  OperationNodeTransformer,
  PostgresDialect,
  type PostgresPool,
} from 'kysely'

/** The schema is written once, in SQLite's words; what PostgreSQL calls otherwise: its `integer` has 32 bits, and times are milliseconds. */
class PostgresWords extends OperationNodeTransformer {
  protected override transformDataType(node: DataTypeNode): DataTypeNode {
    if (node.dataType === 'integer') return { ...node, dataType: 'bigint' }
    return node.dataType === 'blob' ? { ...node, dataType: 'bytea' } : node
  }

  protected override transformColumnDefinition(
    ...given: Parameters<OperationNodeTransformer['transformColumnDefinition']>
  ): ColumnDefinitionNode {
    const { autoIncrement, ...node } = super.transformColumnDefinition(...given)
    return autoIncrement === true ? { ...node, generated: { kind: 'GeneratedNode', byDefault: true, identity: true } } : node
  }
}

export const postgresWords: KyselyPlugin = {
  transformQuery: ({ node, queryId }) => new PostgresWords().transformNode(node, queryId),
  transformResult: async ({ result }) => result,
}

export function postgresDialect(pool: PostgresPool): Dialect {
  return new PostgresDialect({ pool })
}
