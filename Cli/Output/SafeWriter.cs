using System.Text;
using TfLbfgs.Cli.Files;

namespace TfLbfgs.Cli.Output;

/// <summary>
/// A writer that survives its own end: a stream that is closed, full or broken must not end a computation. The first failure is kept,
/// and what follows is dropped.
/// </summary>
internal sealed class SafeWriter(TextWriter inner) : TextWriter
{
    /// <summary>What went wrong first; null: nothing.</summary>
    public Exception? Failure { get; private set; }

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        if (Failure is not null)
            return;
        try
        {
            write();
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            Failure = e;
        }
    }
}
