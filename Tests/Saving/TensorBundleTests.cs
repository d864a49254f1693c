using System.Globalization;
using System.Text.Json;
using TfLbfgs.Formats;
using TfLbfgs.Formats.TensorBundle;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Saving;

/// <summary>The checkpoints of the reference cases, tensor by tensor, and damaged ones.</summary>
[Trait("Category", "Reference")]
public class TensorBundleTests
{
    private static readonly int Rounds = Fuzzing.Rounds(2000);
    private const int Sample = 100;
    private const long MaxBytes = 160 << 20;

    [Fact]
    public void Open_SampleOfCheckpoints_HasTheTensorsOfTheCase() => Compare(TableSample.Of(Checkpoints(), 8));

    [Fact(Explicit = true)]
    public void Open_EveryCheckpoint_HasTheTensorsOfTheCase() => Compare(Checkpoints());

    [Theory]
    [InlineData("checkpoint_no_data", "no such file")]
    [InlineData("checkpoint_truncated_index", "footer")]
    [InlineData("checkpoint_truncated_data", "outside the file")]
    [InlineData("checkpoint_corrupt_data", "checksum")]
    public void Read_DamagedCheckpoint_SaysWhat(string folder, string said)
    {
        string index = Directory.GetFiles(ReferenceRoot.Require("keras", "bad", folder), "*.index").Single();
        FileFormatException e = Assert.Throws<FileFormatException>(() => ReadAll(index));
        Assert.Contains(said, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Read_SampleOfChangedIndexes_ReadsOrRefuses() => Fuzz(Sample);

    [Fact(Explicit = true)]
    public void Read_AllChangedIndexes_ReadsOrRefuses()
    {
        (int read, int refused) = Fuzz(Rounds);
        StoredResult.Write("checkpoint-fuzz.txt",
            string.Create(CultureInfo.InvariantCulture,
            $"index of a checkpoint with its blocks resealed, of it read and refused: {read} {refused}\n"));
    }

    private static void Compare(IReadOnlyList<(string Case, string Index, JsonElement File)> checkpoints)
    {
        ReferenceReport report = new("keras/cases checkpoints");
        foreach ((string name, string index, JsonElement file) in checkpoints)
        {
            report.Check($"{name}/{Path.GetFileName(index)}", () =>
            {
                Dictionary<string, JsonElement> variables = Variables(name);
                using TensorBundleReader bundle = TensorBundleReader.Open(index);
                foreach (JsonElement expected in file.GetProperty("keys").EnumerateArray())
                {
                    string key = expected.GetProperty("key").GetString()!;
                    if (expected.GetProperty("dtype").GetString() == "string")
                    {
                        Assert.Equal(DType.String, bundle.DTypeOf(key));
                        continue;
                    }

                    StoredArray array = bundle.Array(key) ?? throw new InvalidOperationException($"{key} is missing");
                    Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(axis => axis.GetInt64()), array.Shape);
                    double[] numbers = SavingReference.Numbers(new WeightArray(key, array));
                    if (!expected.TryGetProperty("variable", out JsonElement variable) || variable.ValueKind != JsonValueKind.String
                        || !variables.TryGetValue(variable.GetString()!, out JsonElement known))
                        continue;
                    JsonElement value = known.GetProperty("value");
                    Assert.Equal(SavingReference.Numbers(value.ValueKind == JsonValueKind.Object ? value.GetProperty("data") : value),
                        numbers);
                }

                Assert.NotEmpty(bundle.ReadText("_CHECKPOINTABLE_OBJECT_GRAPH")!);
            });
        }

        report.Finish();
    }

    private static List<(string Case, string Index, JsonElement File)> Checkpoints()
    {
        List<(string Case, string Index, JsonElement File)> found = [];
        foreach (string folder in Directory.GetDirectories(ReferenceRoot.Require("keras", "cases")).Order(StringComparer.Ordinal))
        {
            if (!File.Exists(Path.Combine(folder, "case.json")))
                continue;
            foreach (JsonElement file in SavingReference.Json(Path.Combine(folder, "case.json")).GetProperty("files").EnumerateArray())
            {
                if (file.GetProperty("format").GetString() is "checkpoint_weights" or "checkpoint_object")
                    found.Add((Path.GetFileName(folder),
                        Directory.GetFiles(Path.Combine(folder, file.GetProperty("path").GetString()!), "*.index").Single(), file));
            }
        }

        return found;
    }

    private static Dictionary<string, JsonElement> Variables(string name)
    {
        JsonElement json = SavingReference.Json(SavingReference.Case(name, "case.json"));
        return new[] { "trainable_variables", "non_trainable_variables" }.SelectMany(list => json.GetProperty(list).EnumerateArray())
            .ToDictionary(v => v.GetProperty("ref").GetString()!);
    }

    private static void ReadAll(string index)
    {
        using TensorBundleReader bundle = TensorBundleReader.Open(index);
        foreach (string name in bundle.Names)
        {
            if (bundle.DTypeOf(name) == DType.String)
                bundle.ReadText(name);
            else
                bundle.Array(name)?.ToBytes();
        }
    }

    private static (int Read, int Refused) Fuzz(int rounds)
    {
        string index = Directory.GetFiles(ReferenceRoot.Require("keras", "cases", "k2_blog_mlp", "checkpoint"), "*.index").Single();
        byte[] original = File.ReadAllBytes(index);
        using ScratchFolder folder = new();
        File.Copy(Directory.GetFiles(Path.GetDirectoryName(index)!, "*.data-*").Single(), folder.File("fuzz.data-00000-of-00001"));
        Random random = new(7);
        int refused = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] changed = (byte[])original.Clone();
            for (int change = random.Next(1, 4); change > 0; change--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            // Half of them with the checksum of the first block made right again, so that its entries are read.
            if (round % 2 == 0)
                Reseal(changed, original);
            File.WriteAllBytes(folder.File("fuzz.index"), changed);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ReadAll(folder.File("fuzz.index"));
            }
            catch (FileFormatException e)
            {
                Assert.True(e.InnerException is null or InvalidDataException or EndOfStreamException, e.ToString());
                refused++;
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MaxBytes, $"round {round}");
        }

        return (rounds - refused, refused);
    }

    /// <summary>Restores the footer and the index block, and writes the checksum of the data block, which begins the file.</summary>
    private static void Reseal(byte[] changed, byte[] original)
    {
        ReadOnlySpan<byte> footer = original.AsSpan(original.Length - 48);
        ProtoReader.Varint(ref footer);
        ProtoReader.Varint(ref footer);
        int at = (int)ProtoReader.Varint(ref footer), length = (int)ProtoReader.Varint(ref footer);
        original.AsSpan(at).CopyTo(changed.AsSpan(at));
        // The only entry of the index block leads to the data block: its last handle stands before the restarts.
        ReadOnlySpan<byte> block = original.AsSpan(at, length);
        ulong keyShared = ProtoReader.Varint(ref block), keyLength = ProtoReader.Varint(ref block);
        Assert.Equal(0ul, keyShared);
        ProtoReader.Varint(ref block);
        block = block[(int)keyLength..];
        int dataAt = (int)ProtoReader.Varint(ref block), dataLength = (int)ProtoReader.Varint(ref block);
        changed[dataAt + dataLength] = 0;
        BitConverter.GetBytes(Crc32C.Masked(changed.AsSpan(dataAt, dataLength + 1))).CopyTo(changed, dataAt + dataLength + 1);
    }
}
