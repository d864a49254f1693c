using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using TfLbfgs.Formats;
using TfLbfgs.Formats.Hdf5;
using TfLbfgs.Keras.Saving;
using Xunit;
using static TfLbfgs.Tests.Saving.Hdf5Probe;

namespace TfLbfgs.Tests.Saving;

/// <summary>Files made to hurt: each is refused with the one exception, in little time and memory.</summary>
public class Hdf5HostileTests
{
    private const int Data = 1;
    private const int Payload = 2;

    [Fact]
    public void Read_SoundProbe_HasItsContent()
    {
        byte[] file = new Hdf5Probe().Group(Root, HardLink("d", Data), Names("layer_names", "one", "three"))
            .Object(Data, Dataset(Space(2, 1), Contiguous(Address(Payload), 16)))
            .Block(Payload, BitConverter.GetBytes(1.5), BitConverter.GetBytes(-2.0)).ToArray();
        using Hdf5File opened = Open(file);
        Assert.Equal(["one", "three"], opened.ReadStrings(opened.Root, "layer_names")!);
        WeightArray array = opened.ReadArray((Hdf5Dataset)opened.Root.Find("d")!, "d");
        Assert.Equal("(2, 1)", array.ShapeText);
        Assert.Equal([1.5, -2.0], SavingReference.Numbers(array));
    }

    public static TheoryData<ulong[]> HugeShapes => new(
        [1UL << 40], [(1UL << 32) + 5], [3_000_000_000], [1UL << 61], [1UL << 63], [ulong.MaxValue], [1UL << 32, 1UL << 32],
            [1UL << 33, 1UL << 31, 1], [1UL << 62, 4, 1UL << 62],
        [0, ulong.MaxValue], [2_000_000, 2]);

    [Theory]
    [MemberData(nameof(HugeShapes))]
    public void Open_ShapeLargerThanTheFileCanHold_IsRefused(ulong[] shape)
    {
        foreach (byte[] layout in (byte[][])[Contiguous(Address(Payload), 64), Contiguous(Undefined, 0),
            Chunked(Undefined, [.. shape.Select(_ => 1u), 8])])
        {
            FileFormatException e = Refused(Tree(Dataset(Space(shape), layout)));
            Assert.Equal("d", e.ObjectName);
        }
    }

    [Fact]
    public void Open_ManyDatasetsOverTheSameData_AreRefusedTogether()
    {
        (byte, byte[])[] links = [.. Enumerable.Range(0, 120).Select(i => HardLink($"d{i}", i + 1))];
        Hdf5Probe probe = new Hdf5Probe().Group(Root, links);
        for (int i = 0; i < 120; i++)
            probe.Object(i + 1, Dataset(Space(10_000_000), Chunked(Undefined, 1000, 8)));
        Refused(probe.ToArray());
    }

    [Fact]
    public void Read_OneDatasetUnderManyNames_IsRefusedBeforeMemoryRunsOut()
    {
        (byte, byte[])[] links = [.. Enumerable.Range(0, 150).Select(i => HardLink($"d{i}", Data))];
        byte[] bytes = new Hdf5Probe().Group(Root, links).Object(Data, Dataset(Space(1_000_000), Chunked(Undefined, 1000, 8))).ToArray();
        using Hdf5File file = Open(bytes);
        Assert.Throws<FileFormatException>(() =>
        {
            foreach (Hdf5Object d in file.Root.Members.Values)
                file.ReadArray((Hdf5Dataset)d, "d");
        });
    }

    [Fact]
    public void Open_SoftLinks_AreRefused()
    {
        Assert.Contains("soft link", Refused(new Hdf5Probe().Group(Root, SoftLink("loop", "/loop")).ToArray()).Message,
            StringComparison.Ordinal);
        Refused(new Hdf5Probe().Group(Root, SoftLink("a", "/b"), SoftLink("b", "/a")).ToArray());
        Refused(new Hdf5Probe().Group(Root, SoftLink("dangling", "/nowhere")).ToArray());
    }

    [Fact]
    public void Open_ExternalLinkToAPipe_IsRefusedWithoutOpeningIt()
    {
        using var folder = new ScratchFolder();
        string pipe = folder.File("pipe");
        using (Process make = Process.Start("mkfifo", pipe))
            make.WaitForExit();
        Assert.Contains("external link", Refused(new Hdf5Probe().Group(Root, ExternalLink("x", pipe, "/")).ToArray()).Message,
            StringComparison.Ordinal);
        Assert.Contains("empty", Assert.Throws<FileFormatException>(() => Hdf5File.Open(pipe)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_HardLinkCycle_IsRefused()
    {
        Refused(new Hdf5Probe().Group(Root, HardLink("self", Root)).ToArray());
        Refused(new Hdf5Probe().Group(Root, HardLink("a", 1)).Group(1, HardLink("b", 2)).Group(2, HardLink("c", 1)).ToArray());
    }

    [Fact]
    public void Open_Diamonds_AreWalkedOnce()
    {
        var probe = new Hdf5Probe();
        for (int i = 0; i < 60; i++)
            probe.Group(i, HardLink("left", i + 1), HardLink("right", i + 1));
        using Hdf5File file = Open(probe.Group(60).ToArray());
        Hdf5Group group = file.Root;
        for (int i = 0; i < 60; i++)
        {
            Assert.Same(group.Find("left"), group.Find("right"));
            group = (Hdf5Group)group.Find("left")!;
        }

        Assert.Empty(group.Members);
    }

    [Fact]
    public void Open_DeepNesting_IsRefused()
    {
        var probe = new Hdf5Probe();
        for (int i = 0; i < 5000; i++)
            probe.Group(i, HardLink("g", i + 1));
        Refused(probe.Group(5000).ToArray());
    }

    [Fact]
    public void Open_LittleStackLeft_IsRefusedInsteadOfEndingTheProcess()
    {
        const int Nested = 120;
        var probe = new Hdf5Probe();
        for (int i = 0; i < Nested; i++)
            probe.Group(i, HardLink("g", i + 1));
        using var folder = new ScratchFolder();
        string path = folder.File("nested.h5");
        File.WriteAllBytes(path, probe.Group(Nested).ToArray());
        (int level, string where, string message) = OpenEverDeeper(path);

        // With stack enough the same file is sound; where the stack ends while it is read, one of its inner groups is refused.
        Assert.True(level > 0, message);
        Assert.Contains("stack", message, StringComparison.Ordinal);
        Assert.InRange(where.Count(c => c == '/'), Nested / 2, Nested);
    }

    [Theory]
    [InlineData((ushort)4, "szip")]
    [InlineData((ushort)5, "nbit")]
    [InlineData((ushort)6, "scale-offset")]
    [InlineData((ushort)999, "999")]
    public void Open_UnsupportedFilter_IsNamed(ushort filter, string name) =>
        Assert.Contains(name, Refused(Tree(Dataset(Space(2), Chunked(Undefined, 2, 8), (11, Filters(filter))))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Open_DataInOtherFiles_AreRefused()
    {
        Assert.Contains("virtual", Refused(Tree(Dataset(Space(2), Concat((byte)4, (byte)3, Address(Payload), 1U)))).Message,
            StringComparison.Ordinal);
        Assert.Contains("other files", Refused(Tree(Dataset(Space(2), Contiguous(Undefined, 16), (7, new byte[24])))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1 << 26, 2, "more than")]
    [InlineData(8, 2, "inflates to 8 bytes")]
    public void Read_ChunkThatInflatesToAnotherLength_IsRefused(int inflated, ulong elements, string said)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zip.Write(new byte[inflated]);
        byte[] bytes = ChunkedFile(packed.ToArray(), elements, Filters(1));
        Assert.Contains(said, RefusedToRead(bytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ChunkThatIsNoGzip_IsRefused() => RefusedToRead(ChunkedFile(new byte[16], 2, Filters(1)));

    [Fact]
    public void Read_ChunkThatNeedsADictionary_IsRefusedAsDamaged()
    {
        byte[] asksForOne = [0x78, 0x20, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Contains("cannot be inflated", RefusedToRead(ChunkedFile(asksForOne, 2, Filters(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ChunkIndexThatContainsItself_IsRefused()
    {
        byte[] key = Concat(0U, 0U, 0UL, 0UL);
        RefusedToRead(new Hdf5Probe().Group(Root, HardLink("d", Data)).Object(Data, Dataset(Space(2), Chunked(Address(Payload), 2, 8)))
            .Block(Payload, "TREE", (byte)1, (byte)1, (ushort)1, Undefined, Undefined, key, Address(Payload), key).ToArray());
    }

    [Fact]
    public void ReadStrings_ManyReferencesToOneLongText_AreRefusedBeforeMemoryRunsOut()
    {
        const int Count = 4000;
        const int Length = 100_000;

        // The attribute takes sixteen slots.
        const int Heap = 20;
        byte[] type = Concat((byte)0x19, (byte)1, (ushort)0, 16U, (byte)0x13, (byte)0, (ushort)0, 1U);
        byte[] space = Space(Count);
        byte[] references = Concat([.. Enumerable.Repeat((object)Concat((uint)Length, Address(Heap), 1U), Count)]);
        byte[] attribute =
            Concat((byte)3, (byte)0, (ushort)2, (ushort)type.Length, (ushort)space.Length, (byte)0, "a", (byte)0, type, space, references);
        byte[] bytes = new Hdf5Probe().Group(Root, (12, attribute))
            .Block(Heap, "GCOL", 1U, (ulong)(Length + 32), (ushort)1, (ushort)1, 0U, (ulong)Length, new string('x', Length)).ToArray();
        using Hdf5File file = Open(bytes);
        Assert.Throws<FileFormatException>(() => file.ReadStrings(file.Root, "a"));
    }

    [Fact]
    public void Open_ControlCharactersInNames_DoNotReachTheMessage()
    {
        FileFormatException e = Refused(new Hdf5Probe().Group(Root, SoftLink("\u001b[31m\nname", "x")).ToArray());
        Assert.DoesNotContain(e.Message, char.IsControl);
    }

    /// <summary>
    /// How often the file was read in a child process with less and less stack, the object that was refused then, and what was said of it.
    /// </summary>
    private static (int Level, string Where, string Message) OpenEverDeeper(string path)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "TfLbfgs.Tests.Probe.dll");
        ProcessStartInfo start = new("dotnet", [program, "stack", path]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"the process ended with {process.ExitCode}: {errors.Result.Split('\n')[0]}");
        string[] parts = output.Split(' ', 3);
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], parts[2]);
    }

    private static byte[] Tree((byte, byte[])[] dataset) =>
        new Hdf5Probe().Group(Root, HardLink("d", Data)).Object(Data, dataset).Block(Payload, new byte[64]).ToArray();

    private static byte[] ChunkedFile(byte[] chunk, ulong elements, byte[] filters) => new Hdf5Probe().Group(Root, HardLink("d", Data))
        .Object(Data, Dataset(Space(elements), Chunked(Address(Payload), (uint)elements, 8), (11, filters)))
        .Block(Payload, "TREE", (byte)1, (byte)0, (ushort)1, Undefined, Undefined, Concat((uint)chunk.Length, 0U, 0UL, 0UL),
            Address(Payload + 1), Concat(0U, 0U, elements, 0UL))
        .Block(Payload + 1, chunk).ToArray();

    private static Hdf5File Open(byte[] bytes) => Hdf5File.Open(new MemoryStream(bytes, writable: false), "probe.h5");

    private static FileFormatException Refused(byte[] bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        FileFormatException e = Assert.Throws<FileFormatException>(() => Open(bytes));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20, "too much memory");
        return e;
    }

    private static FileFormatException RefusedToRead(byte[] bytes)
    {
        using Hdf5File file = Open(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        FileFormatException e = Assert.Throws<FileFormatException>(() => file.ReadArray((Hdf5Dataset)file.Root.Find("d")!, "d"));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16 << 20, "too much memory");
        return e;
    }
}
