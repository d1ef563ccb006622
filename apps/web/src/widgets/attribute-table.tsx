interface AttributeTableProps {
  readonly title: string;
  readonly note?: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** True where the title says something even without attributes. */
  readonly isShownEmpty?: boolean;
}

/** Names and values below a title; nothing where there are none. */
export function AttributeTable({ title, note, attributes, isShownEmpty = false }: AttributeTableProps) {
  const entries = Object.entries(attributes);
  if (entries.length === 0 && !isShownEmpty) return null;
  return (
    <section aria-label={title}>
      <div className="section-head">
        <h2>{title}</h2>
        {note === undefined ? null : <span className="dim">{note}</span>}
      </div>
      {entries.length === 0 ? null : (
        <div className="card scroll">
          <table className="facts">
            <tbody>
              {entries.map(([name, value]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{value}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
