using System.Text;
using TfLbfgs.Formats;
using TfLbfgs.Formats.TensorBundle;
using TfLbfgs.Runtime;
using Xunit;

namespace TfLbfgs.Tests.Saving;

public class TensorBundleWriterTests
{
    [Fact]
    public void Write_ArraysAndTexts_ReadBackWithTheirChecksums()
    {
        using ScratchFolder folder = new();
        string prefix = folder.File("w");
        TensorBundleWriter writer = new();
        byte[] text = Encoding.UTF8.GetBytes(new string('x', 300));
        // More entries than one block of the index has.
        for (int i = 0; i < 5000; i++)
            writer.Add($"layer_with_weights-{i}/kernel/.ATTRIBUTES/VARIABLE_VALUE",
                StoredArray.FromBytes(DType.Float32, [1, 2], new byte[] { (byte)i, 0, 0, 0, 1, 0, (byte)(i >> 8), 0 }));
        writer.AddText(ObjectGraph.TensorName, text);
        writer.Add("scalar", StoredArray.FromBytes(DType.Int64, [], new byte[8]));
        writer.Write(prefix);
        using TensorBundleReader reader = TensorBundleReader.Open(prefix);
        Assert.Equal(5002, reader.Names.Count);
        Assert.Equal(text, reader.ReadText(ObjectGraph.TensorName));
        for (int i = 0; i < 5000; i += 7)
        {
            StoredArray array = reader.Array($"layer_with_weights-{i}/kernel/.ATTRIBUTES/VARIABLE_VALUE")!;
            Assert.Equal([1, 2], array.Shape);
            Assert.Equal([(byte)i, 0, 0, 0, 1, 0, (byte)(i >> 8), 0], array.ToBytes());
        }

        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void Write_ArrayThatFails_LeavesTheOldCheckpoint()
    {
        using ScratchFolder folder = new();
        string prefix = folder.File("w");
        TensorBundleWriter old = new();
        old.Add("a", StoredArray.FromBytes(DType.UInt8, [3], new byte[] { 1, 2, 3 }));
        old.Write(prefix);
        TensorBundleWriter next = new();
        next.Add("a", new Failing());
        Assert.Throws<TfLbfgsException>(() => next.Write(prefix));
        using TensorBundleReader reader = TensorBundleReader.Open(prefix);
        Assert.Equal([1, 2, 3], reader.Array("a")!.ToBytes());
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void Add_NameTwice_IsRefused()
    {
        TensorBundleWriter writer = new();
        writer.AddText("a", []);
        Assert.Contains("'a' twice", Assert.Throws<TfLbfgsException>(() => writer.AddText("a", [])).Message, StringComparison.Ordinal);
    }

    private sealed class Failing() : StoredArray(DType.UInt8, [3])
    {
        public override void Read(Span<byte> destination) => throw new TfLbfgsException("no elements");
    }
}
