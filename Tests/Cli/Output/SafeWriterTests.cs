using TfLbfgs.Cli.Output;
using Xunit;

namespace TfLbfgs.Tests.Cli.Output;

public class SafeWriterTests
{
    [Fact]
    public void Write_StreamThatFails_KeepsTheFirstFailure()
    {
        using FileStream full = new("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        using SafeWriter writer = new(new StreamWriter(full) { AutoFlush = true });
        writer.WriteLine("text");
        Assert.IsType<IOException>(writer.Failure);
        writer.Write('c');
        writer.Write(new string('x', 100_000));
        writer.Flush();
    }

    [Fact]
    public void Write_SoundStream_PassesOn()
    {
        using StringWriter inner = new();
        using SafeWriter writer = new(inner);
        writer.Write('a');
        writer.Write("bc");
        writer.WriteLine("d");
        Assert.Equal("abcd" + Environment.NewLine, inner.ToString());
        Assert.Null(writer.Failure);
    }
}
