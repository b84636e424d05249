"""The catalogue's tables, as SQLAlchemy Core sees them; corpus/migrations brings a database to this shape (a test compares them)."""

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text, false

metadata = MetaData()


def _of_report(primary: bool = False) -> "Column[str]":
    return Column("report_id", String, ForeignKey("reports.id", ondelete="CASCADE"), nullable=False, primary_key=primary)


reports = Table(
    "reports",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("journal", String),
    Column("year", Integer, index=True),
    Column("doi", String),
    Column("pmid", String),
    Column("pmcid", String),
    Column("url", String),
    Column("licence", String),
    Column("publication_type", String),
    Column("notice", Text),
    Column("digest", Boolean, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("extractor", String, nullable=False),
)

paragraphs = Table(
    "paragraphs",
    metadata,
    Column("id", String, primary_key=True),
    _of_report(),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("section", JSON, nullable=False),
    Column("page", Integer),
    Column("kind", String, nullable=False),
    Column("boxes", JSON, nullable=False, server_default="[]"),
    Index("paragraphs_by_report", "report_id", "number"),
)

chunks = Table(
    "chunks",
    metadata,
    Column("id", String, primary_key=True),
    _of_report(),
    Column("number", Integer, nullable=False),
    Column("paragraph_ids", JSON, nullable=False),
    Column("title", Text, nullable=False),
    Column("section", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Index("chunks_by_report", "report_id", "number"),
)

patients = Table(
    "patients",
    metadata,
    Column("id", String, primary_key=True),
    _of_report(),
    Column("number", Integer, nullable=False),
    Column("facts", JSON, nullable=False),
    Index("patients_by_report", "report_id", "number"),
)

patient_terms = Table(
    "patient_terms",
    metadata,
    Column("patient_id", String, ForeignKey("patients.id", ondelete="CASCADE"), nullable=False),
    Column("field", String, nullable=False),
    Column("value", String, nullable=False),
    Index("patient_terms_by_value", "field", "value"),
    Index("patient_terms_by_patient", "patient_id"),
)

therapies = Table(
    "therapies",
    metadata,
    _of_report(primary=True),
    Column("number", Integer, primary_key=True),
    Column("patient_id", String, index=True),
    Column("therapy", String, nullable=False, index=True),
    Column("therapy_class", String, index=True),
    Column("target", String),
    Column("outcome", String, nullable=False),
    Column("status", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("facts", JSON, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("uri", String, primary_key=True),
    Column("root", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("recipe", String, nullable=False),
    Column("format", String, nullable=False),
)

source_reports = Table(
    "source_reports",
    metadata,
    Column("uri", String, ForeignKey("sources.uri", ondelete="CASCADE"), primary_key=True),
    Column("report_id", String, primary_key=True, index=True),
    Column("preferred", Boolean, nullable=False),
    Column("by_title", Boolean, nullable=False, server_default=false()),
)

# ``owner`` is the id of the key that started it; nobody's where none was needed.
conversations = Table(
    "conversations",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("updated_at", Float, nullable=False, index=True),
    Column("owner", String),
)

turns = Table(
    "turns",
    metadata,
    Column("conversation_id", String, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("question", Text, nullable=False),
    Column("standalone", Text, nullable=False),
    Column("answer", JSON, nullable=False),
    Column("created_at", Float, nullable=False),
)

# A comment on an answer; it goes with its conversation.
feedback = Table(
    "feedback",
    metadata,
    Column("id", String, primary_key=True),
    Column("conversation_id", String, ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
    Column("turn", Integer),
    Column("question", Text, nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("comment", Text),
    Column("given_by", String),
    Column("created_at", Float, nullable=False),
)

# What a key may do and the hash of its secret; the secret itself is shown once and kept nowhere.
api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("secret_sha256", String, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("revoked_at", Float),
)
