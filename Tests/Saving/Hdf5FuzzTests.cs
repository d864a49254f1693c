using System.Globalization;
using System.Text;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Hdf5;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Keras.Saving.Formats.LegacyHdf5;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Saving;

/// <summary>
/// Damage at random, with fixed seeds: a file is read or refused by the one exception, in bounded memory; nothing else may happen. The
/// suite has the first rounds of each seed, the explicit test all of them: <c>Tests/Results/hdf5-fuzz.txt</c>.
/// </summary>
public class Hdf5FuzzTests
{
    private static readonly int Rounds = Fuzzing.Rounds(2000);
    private const int Sample = 200;
    private const long MaxBytes = 160 << 20;

    private static readonly string[] ReferenceFiles =
    [
        "cases/k2_small_variants/model.h5",
        "cases/k2_small_variants/variants/gzip_shuffle_fletcher.h5",
        "cases/k2_small_variants/variants/latest_format.h5",
        "cases/k2_small_variants/variants/latest_format_gzip.h5",
        "cases/k2_small_variants/variants/track_order.h5",
        "cases/k2_small_variants/variants/fixed_attributes.h5",
        "cases/k2_small_variants/variants/user_block.h5",
        "cases/k3_small_variants/model.weights.h5",
    ];

    [Fact]
    public void Read_OwnFileWithRandomChanges_ReadsOrRefuses()
    {
        byte[] file = OwnFile();
        (int read, int refused) = Fuzz(file, Sample, seed: 1, reseal: false);
        (int readSealed, int refusedSealed) = Fuzz(file, Sample, seed: 2, reseal: true);
        Assert.True(refused > Sample / 50
            && refusedSealed > Sample / 50,
            $"changes were not noticed: {read} read, {refused} refused; with checksums {readSealed} and {refusedSealed}");
    }

    public static TheoryData<string> Files => [.. ReferenceFiles];

    [Theory]
    [Trait("Category", "Reference")]
    [MemberData(nameof(Files))]
    public void Read_ReferenceFileWithRandomChanges_ReadsOrRefuses(string file)
    {
        byte[] bytes = ReferenceFile(file);
        Fuzz(bytes, Sample, seed: 3, reseal: false);
        Fuzz(bytes, Sample, seed: 4, reseal: true);
    }

    [Fact(Explicit = true)]
    public void Read_EveryFileWithAllRandomChanges_ReadsOrRefuses()
    {
        StringBuilder table = new("file, of it read and refused; with checksums made right again, read and refused\n");
        foreach ((string name, byte[] file) in ReferenceFiles.Select(name => (name, ReferenceFile(name))).Prepend(("own", OwnFile())))
        {
            (int read, int refused) = Fuzz(file, Rounds, name == "own" ? 1 : 3, reseal: false);
            (int readSealed, int refusedSealed) = Fuzz(file, Rounds, name == "own" ? 2 : 4, reseal: true);
            table.Append(CultureInfo.InvariantCulture, $"{name}: {read} {refused}; {readSealed} {refusedSealed}\n");
        }

        StoredResult.Write("hdf5-fuzz.txt", table.ToString());
    }

    [Fact]
    public void Read_OwnFileCutAnywhere_IsRefused()
    {
        byte[] file = OwnFile();
        for (int length = 0; length < file.Length; length += length < 2000 ? 1 : 37)
            Assert.True(Refuses(file[..length]), $"a file cut to {length} of {file.Length} bytes was read");
    }

    [Fact]
    [Trait("Category", "Reference")]
    public void Read_ReferenceFileCutAnywhere_IsRefused()
    {
        foreach (string name in (string[])["model.h5", "weights.h5", "variants/latest_format_gzip.h5"])
        {
            byte[] file = File.ReadAllBytes(SavingReference.Case("k2_small_variants", name));
            for (int length = 0; length < file.Length; length += 61)
                Assert.True(Refuses(file[..length]), $"{name} cut to {length} of {file.Length} bytes was read");
        }
    }

    private static byte[] OwnFile()
    {
        using var folder = new ScratchFolder();
        string path = folder.File("own.h5");
        WeightNode weights = new("");
        weights.Children.Add(SavingReference.Layer(
            "dense", LegacyHdf5RoundTripTests.Array("dense/kernel:0", DType.Float32, 3, 4),
                LegacyHdf5RoundTripTests.Array("dense/bias:0", DType.Float64, 4)));
        weights.Children.Add(SavingReference.Layer("dropout"));
        LegacyHdf5Writer.Write(path, new ModelContents { ConfigJson = "{}", Weights = weights });
        return File.ReadAllBytes(path);
    }

    private static byte[] ReferenceFile(string name) => File.ReadAllBytes(ReferenceRoot.Require(["keras", .. name.Split('/')]));

    private static (int Read, int Refused) Fuzz(byte[] file, int rounds, int seed, bool reseal)
    {
        var random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] changed = (byte[])file.Clone();
            for (int change = random.Next(1, 5); change > 0; change--)
                Change(changed, random);
            if (reseal)
                Hdf5Probe.Reseal(changed);
            long before = GC.GetAllocatedBytesForCurrentThread();
            if (Refuses(changed))
                refused++;
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MaxBytes, $"seed {seed}, round {round}: {allocated} bytes allocated");
        }
        return (rounds - refused, refused);
    }

    /// <summary>
    /// Bytes at random, and the values that break arithmetic: zeros, all ones, lengths of a page, addresses elsewhere in the file.
    /// </summary>
    private static void Change(byte[] file, Random random)
    {
        int at = random.Next(file.Length - 8);
        switch (random.Next(6))
        {
            case 0:
                file[at] = (byte)random.Next(256);
                break;
            case 1:
                file[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                file.AsSpan(at, random.Next(1, 9)).Fill(0xff);
                break;
            case 3:
                file.AsSpan(at, random.Next(1, 9)).Clear();
                break;
            case 4:
                BitConverter.GetBytes((ulong)random.Next(file.Length)).CopyTo(file, at / 8 * 8);
                break;
            default:
                file.AsSpan(random.Next(file.Length - 64), random.Next(1, 64)).CopyTo(file.AsSpan(Math.Min(at, file.Length - 64)));
                break;
        }
    }

    private static bool Refuses(byte[] bytes)
    {
        try
        {
            using var file = Hdf5File.Open(new MemoryStream(bytes, writable: false), "fuzz.h5");
            ReadAll(file, file.Root);
            return false;
        }
        catch (FileFormatException e)
        {
            // What zlib says beside InvalidDataException has no public type.
            if (e.InnerException is IOException && e.Message.Contains("cannot be inflated", StringComparison.Ordinal))
                return true;

            // An exception that was wrapped without a name for it would be a check that is missing.
            Assert.True(e.InnerException is null or InvalidDataException or EndOfStreamException or System.Text.DecoderFallbackException,
                e.ToString());
            return true;
        }
    }

    private static void ReadAll(Hdf5File file, Hdf5Object item)
    {
        foreach (Hdf5Attribute attribute in item.Attributes.Values.Where(a => a.Type.IsString))
            file.ReadStrings(item, attribute.Name);
        if (item is Hdf5Dataset dataset)
            file.ReadArray(dataset, item.Path);
        if (item is Hdf5Group group)
        {
            foreach (Hdf5Object member in group.Members.Values)
                ReadAll(file, member);
        }
    }
}
