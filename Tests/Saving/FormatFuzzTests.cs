using System.Globalization;
using System.IO.Compression;
using System.Text;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Npy;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Saving;

/// <summary>
/// Damage at random, with fixed seeds, to the files that formats other than plain HDF5 have: each is read or refused by the one exception,
/// in bounded memory. The suite has the first rounds of each seed, the explicit test all of them: <c>Tests/Results/format-fuzz.txt</c>.
/// </summary>
[Trait("Category", "Reference")]
public class FormatFuzzTests
{
    private static readonly int Rounds = Fuzzing.Rounds(2000);
    private const int Sample = 60;
    private const long MaxBytes = 160 << 20;

    // An index of files beside it.
    private const string Sharded = "keras/cases/k3_small_variants/sharded/model.weights.json";

    private static readonly string[] Files =
    [
        "keras/cases/k2_blog_mlp/model.keras",
        "keras/cases/k3_nested/model.keras",
        "keras/bad/deflated.keras",
        "keras/cases/k2_subclassed/model.weights.h5",
        "keras/cases/k3_stacked_cells/model.weights.h5",
        "keras-legacy/k1_lstm.h5",
        "keras-legacy/k2_list_cudnn.h5",
        "keras/cases/k2_blog_mlp/weights.npz",
        Sharded,
    ];

    [Fact]
    public void Read_SampleOfChangedFiles_ReadsOrRefuses()
    {
        foreach (string file in Files)
            Fuzz(Bytes(file), Sample, seed: 5, resealed: false);
        (int read, int refused) = Fuzz(Bytes(Files[0]), Sample, seed: 6, resealed: true);
        Assert.True(read + refused == Sample && refused > 0, $"changes were not noticed: {read} read, {refused} refused");
    }

    [Fact]
    public void Read_SampleOfChangedSavedModels_ReadsOrRefuses() => FuzzSavedModel(Sample);

    [Fact]
    public void Read_SampleOfChangedArrays_ReadsOrRefuses() => FuzzNpy(4 * Sample);

    [Fact]
    public void Read_SampleOfChangedTensorFlowJs_ReadsOrRefuses() => FuzzTensorFlowJs(4 * Sample);

    [Fact]
    public void Recognize_SampleOfChangedGraphs_SaysWhatItIs() => FuzzProbe(4 * Sample);

    [Fact(Explicit = true)]
    public void Read_EveryFileWithAllRandomChanges_ReadsOrRefuses()
    {
        StringBuilder table =
            new("file, of it read and refused; for archives also with the checksums of members made right again, read and refused\n");
        foreach (string file in Files)
        {
            (int read, int refused) = Fuzz(Bytes(file), Rounds, seed: 5, resealed: false);
            table.Append(CultureInfo.InvariantCulture, $"{file}: {read} {refused}");
            if (file.EndsWith(".keras", StringComparison.Ordinal) || file.EndsWith(".npz", StringComparison.Ordinal))
            {
                (int readSealed, int refusedSealed) = Fuzz(Bytes(file), Rounds, seed: 6, resealed: true);
                table.Append(CultureInfo.InvariantCulture, $"; {readSealed} {refusedSealed}");
            }

            table.Append('\n');
        }

        (int readModels, int refusedModels) = FuzzSavedModel(Rounds);
        table.Append(CultureInfo.InvariantCulture,
            $"keras/cases/k2_small_f32/saved_model, keras_metadata.pb or saved_model.pb changed: {readModels} {refusedModels}\n");
        (int readArrays, int refusedArrays) = FuzzNpy(Rounds);
        table.Append(CultureInfo.InvariantCulture, $"an array of float32(8, 4), .npy: {readArrays} {refusedArrays}\n");
        (int readJs, int refusedJs) = FuzzTensorFlowJs(4 * Rounds);
        table.Append(CultureInfo.InvariantCulture, $"model.json of TensorFlow.js: {readJs} {refusedJs}\n");
        table.Append(CultureInfo.InvariantCulture,
            $"graphs (GraphDef, SavedModel, keras_metadata.pb), recognized as such or as something else: {FuzzProbe(4 * Rounds)}\n");
        StoredResult.Write("format-fuzz.txt", table.ToString());
    }

    private static byte[] Bytes(string file) => File.ReadAllBytes(ReferenceRoot.Require(file.Split('/')));

    private static (int Read, int Refused) Fuzz(byte[] file, int rounds, int seed, bool resealed)
    {
        Random random = new(seed);
        int refused = 0;
        using ScratchFolder folder = new();
        string path = folder.File("fuzz");
        foreach (string part in Directory.GetFiles(Path.GetDirectoryName(ReferenceRoot.Require(Sharded.Split('/')))!, "*.h5"))
            File.Copy(part, folder.File(Path.GetFileName(part)));
        for (int round = 0; round < rounds; round++)
        {
            byte[] changed = resealed ? ChangeInside(file, random) : ChangeBytes((byte[])file.Clone(), random);
            File.WriteAllBytes(path, changed);
            long before = GC.GetAllocatedBytesForCurrentThread();
            if (Refuses(path))
                refused++;
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MaxBytes, $"seed {seed}, round {round}: {allocated} bytes allocated");
        }

        return (rounds - refused, refused);
    }

    private static bool Refuses(string path)
    {
        try
        {
            using ModelContents contents = ModelFiles.ReadWeights(path);
            foreach (WeightArray array in contents.Weights.AllArrays().Concat(contents.TrainingNodes.SelectMany(node => node.AllArrays())))
                array.Data.ToBytes();
            return false;
        }
        catch (FileFormatException e)
        {
            // An exception that was wrapped without a name for it would be a check that is missing.
            Assert.True(
                e.InnerException is null or InvalidDataException or EndOfStreamException or DecoderFallbackException
                    or System.Text.Json.JsonException
                || (e.InnerException is IOException && e.Message.Contains("cannot be inflated", StringComparison.Ordinal)), e.ToString());
            Assert.DoesNotContain('\n', e.Message);
            return true;
        }
    }

    private static (int Read, int Refused) FuzzNpy(int rounds)
    {
        using ScratchFolder folder = new();
        NpyFile.Write(folder.File("a.npy"), StoredArray.FromBytes(DType.Float32, [8, 4], new byte[128]));
        byte[] file = File.ReadAllBytes(folder.File("a.npy"));
        Random random = new(9);
        int refused = 0;
        for (int round = 0; round < rounds; round++)
        {
            File.WriteAllBytes(folder.File("b.npy"), ChangeBytes((byte[])file.Clone(), random));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                NpyFile.Read(folder.File("b.npy")).ToBytes();
            }
            catch (FileFormatException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MaxBytes, $"round {round}: too much memory");
        }

        return (rounds - refused, refused);
    }

    /// <summary>Changes the description of the model; in half of the rounds that of old versions, which stands in the graph.</summary>
    private static (int Read, int Refused) FuzzSavedModel(int rounds)
    {
        string source = ReferenceRoot.Require("keras", "cases", "k2_small_f32", "saved_model");
        byte[] metadata = File.ReadAllBytes(Path.Combine(source, "keras_metadata.pb")),
            graph = File.ReadAllBytes(Path.Combine(source, "saved_model.pb"));
        using ScratchFolder folder = new();
        Directory.CreateDirectory(folder.File("variables"));
        foreach (string file in Directory.GetFiles(Path.Combine(source, "variables")))
            File.Copy(file, Path.Combine(folder.File("variables"), Path.GetFileName(file)));
        Random random = new(8);
        int refused = 0;
        for (int round = 0; round < rounds; round++)
        {
            bool isOld = round % 2 == 0;
            File.WriteAllBytes(folder.File("saved_model.pb"), isOld ? ChangeBytes((byte[])graph.Clone(), random) : graph);
            File.Delete(folder.File("keras_metadata.pb"));
            if (!isOld)
                File.WriteAllBytes(folder.File("keras_metadata.pb"), ChangeBytes((byte[])metadata.Clone(), random));
            refused += Refuses(folder.Path) ? 1 : 0;
        }

        return (rounds - refused, refused);
    }

    private static (int Read, int Refused) FuzzTensorFlowJs(int rounds)
    {
        const string Config = """{"class_name": "Sequential", "config": {"name": "s", "layers": []}}""";
        byte[] file = Encoding.UTF8.GetBytes($$"""
            {"format": "layers-model", "modelTopology": {"keras_version": "2.4.0", "model_config": {{Config}}}, "weightsManifest": [{"paths": ["a.bin", "b.bin"], "weights": [
             {"name": "d/kernel", "shape": [2, 2], "quantization": {"dtype": "uint8", "scale": 0.5, "min": -1.0}, "dtype": "float32"}, {"name": "d/bias", "shape": [2], "dtype": "float32"}]}]}
            """);
        using ScratchFolder folder = new();
        File.WriteAllBytes(folder.File("a.bin"), new byte[5]);
        File.WriteAllBytes(folder.File("b.bin"), new byte[7]);
        Random random = new(12);
        int refused = 0;
        for (int round = 0; round < rounds; round++)
        {
            File.WriteAllBytes(folder.File("model.json"), ChangeBytes((byte[])file.Clone(), random));
            long before = GC.GetAllocatedBytesForCurrentThread();
            refused += Refuses(folder.File("model.json")) ? 1 : 0;
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MaxBytes, $"round {round}: too much memory");
        }

        return (rounds - refused, refused);
    }

    private static int FuzzProbe(int rounds)
    {
        byte[][] files =
        [
            File.ReadAllBytes(Path.Combine(Checkout.Root, "Tests", "SavedModels", "Data", "frozen.pb")),
            Bytes("keras/cases/k2_small_f32/saved_model/saved_model.pb"), Bytes("keras/cases/k2_small_f32/saved_model/keras_metadata.pb"),
        ];
        Random random = new(13);
        for (int round = 0; round < rounds; round++)
        {
            byte[] changed = ChangeBytes((byte[])files[round % files.Length].Clone(), random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            _ = FileProbe.Recognize(new MemoryStream(changed));
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20, $"round {round}: too much memory");
        }

        return rounds;
    }

    private static byte[] ChangeBytes(byte[] file, Random random)
    {
        for (int change = random.Next(1, 5); change > 0; change--)
        {
            int at = random.Next(file.Length - 8);
            switch (random.Next(5))
            {
                case 0:
                    file[at] = (byte)random.Next(256);
                    break;
                case 1:
                    file.AsSpan(at, random.Next(1, 9)).Clear();
                    break;
                case 2:
                    file.AsSpan(at, random.Next(1, 9)).Fill(255);
                    break;
                case 3:
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    // The directory of an archive and the head of a file decide most.
                    file[random.Next(2) == 0
                        ? file.Length - 1 - random.Next(Math.Min(file.Length, 300))
                        : random.Next(Math.Min(file.Length, 300))] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return file;
    }

    /// <summary>Changes the members of an archive and writes it anew, so that its checksums are right.</summary>
    private static byte[] ChangeInside(byte[] file, Random random)
    {
        List<(string Name, byte[] Content)> members = [];
        using (ZipArchive archive = new(new MemoryStream(file)))
        {
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                using MemoryStream content = new();
                using (Stream member = entry.Open())
                    member.CopyTo(content);
                members.Add((entry.FullName, content.ToArray()));
            }
        }

        int chosen = random.Next(members.Count);
        members[chosen] = (members[chosen].Name, ChangeBytes(members[chosen].Content, random));
        return ZipReaderTests.Archive(CompressionLevel.NoCompression, [.. members]);
    }
}
