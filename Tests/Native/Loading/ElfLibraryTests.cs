using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using TfLbfgs.Native.Loading;
using Xunit;

namespace TfLbfgs.Tests.Native.Loading;

public sealed class ElfLibraryTests : IDisposable
{
    /// <summary>A Linux library that every machine with .NET has.</summary>
    public static readonly string AnyLibrary = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Exports_LibraryOfTheRuntime_AgreesWithTheLoader()
    {
        using ElfLibrary library = ElfLibrary.Open(AnyLibrary);

        Assert.True(library.HasSymbolTable);
        Assert.True(library.Exports("SystemNative_Read"));
        Assert.True(library.Exports("SystemNative_Write"));
        Assert.False(library.Exports("SystemNative_ReadNothing"));
        Assert.False(library.Exports("TF_Version"));
        // Needed by the library, not defined in it.
        Assert.False(library.Exports("malloc"));
        Assert.Contains(library.Needed, name => name.StartsWith("libc.", StringComparison.Ordinal));
    }

    [Fact]
    public void Open_CutShort_SaysSo()
    {
        byte[] whole = File.ReadAllBytes(AnyLibrary);
        string path = _folder.At("cut.so");
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);

        Assert.Contains("cut short", Assert.Throws<InvalidDataException>(() => ElfLibrary.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OtherProcessor_SaysSo()
    {
        byte[] bytes = File.ReadAllBytes(AnyLibrary);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(18), 243);
        string path = _folder.At("riscv.so");
        File.WriteAllBytes(path, bytes);

        Assert.Contains("another processor", Assert.Throws<InvalidDataException>(() => ElfLibrary.Open(path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Text_SaysSo() =>
        Assert.Contains("not a Linux library", Assert.Throws<InvalidDataException>(() => ElfLibrary.Open(_folder.File("text.so"))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("$ORIGIN/../nvidia/cublas/lib:$ORIGIN/", true)]
    [InlineData("$ORIGIN/", false)]
    public void IsGpuBuild_RunPath_Decides(string runPath, bool expected)
    {
        string library = _folder.At("libtensorflow_cc.so.2");
        File.Copy(AnyLibrary, library);
        File.WriteAllBytes(_folder.At("libtensorflow_framework.so.2"), WithRunPath(runPath));

        Assert.Equal(expected, GpuBuild.IsGpuBuild(library));
    }

    [Fact]
    public void MissingLibraries_SomeInSystemSomeInPackages_NamesTheRest()
    {
        string library = _folder.File("site-packages", "tensorflow", "libtensorflow_cc.so.2");
        _folder.File("site-packages", "nvidia", "cublas", "lib", "libcublas.so.12");
        _folder.File("site-packages", "nvidia", "cublas", "lib", "libcublasLt.so.12");
        _folder.File("site-packages", "nvidia", "cudnn", "lib", "libcudnn.so.9");

        IReadOnlyList<string> missing =
            GpuBuild.MissingLibraries(library, new Version(2, 21), static name => name is "libcuda.so.1" or "libcudart.so.12");

        Assert.Equal(["libcufft.so.11", "libcusolver.so.11", "libcusparse.so.12", "libcupti.so.12", "libnvJitLink.so.12", "libnccl.so.2"],
            missing);
    }

    /// <summary>The smallest library that has a run path.</summary>
    public static byte[] WithRunPath(string runPath)
    {
        const int DynamicAt = 64 + (2 * 56), StringsAt = DynamicAt + (3 * 16);
        byte[] strings = Encoding.ASCII.GetBytes("\0" + runPath + "\0");
        byte[] bytes = new byte[StringsAt + strings.Length];
        strings.CopyTo(bytes, StringsAt);
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(bytes, 0);
        Write(16, 3 | ((RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 183UL : 62UL) << 16) | (1UL << 32));
        Write(32, 64);
        Write(52, 64 | (56UL << 16) | (2UL << 32));
        Segment(64, type: 1, at: 0, size: bytes.Length);
        Segment(64 + 56, type: 2, at: DynamicAt, size: 3 * 16);
        Write(DynamicAt, 5);
        Write(DynamicAt + 8, StringsAt);
        Write(DynamicAt + 16, 29);
        Write(DynamicAt + 24, 1);
        return bytes;

        void Write(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), value);

        void Segment(int header, ulong type, int at, int size)
        {
            Write(header, type);
            Write(header + 8, (ulong)at);
            Write(header + 16, (ulong)at);
            Write(header + 32, (ulong)size);
            Write(header + 40, (ulong)size);
        }
    }
}
