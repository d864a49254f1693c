using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using TfLbfgs.IO;
using TfLbfgs.Tests.Native.Loading;
using Xunit;

namespace TfLbfgs.Tests.IO;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_FailsHalfWay_OldFileStaysAndNothingIsLeft()
    {
        string path = _folder.At("a.txt");
        File.WriteAllText(path, "old");
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[5_000_000]);
            throw new IOException("No space left on device");
        }));
        Assert.Contains("No space left on device", e.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(Assert.Single(Directory.GetFiles(_folder.Path))));
    }

    [Fact]
    public void Prepare_NotCommitted_NothingLeft()
    {
        AtomicFile.Prepare(_folder.At("a.txt"), stream => stream.Write("x"u8)).Dispose();
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Write_LeftoversOfKilledProcesses_AreRemovedByTheNext()
    {
        using Process process = Process.Start("true");
        process.WaitForExit();
        string machine = Path.GetFileName(TemporaryFiles.NewName(_folder.Path)).Split('-')[1];
        string left = Named(machine, process.Id), own = Named(machine, Environment.ProcessId), other = Named("0123abcd", process.Id),
            old = Named("0123abcd", 1), unrelated = _folder.At(".tflbfgs-notes.tmp");
        foreach (string file in (string[])[left, own, other, old, unrelated])
            File.WriteAllText(file, "");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));
        AtomicFile.Write(_folder.At("a.txt"), stream => stream.Write("new"u8));
        Assert.Equal([_folder.At("a.txt"), other, own, unrelated],
            Directory.GetFiles(_folder.Path).OrderBy(file => file != _folder.At("a.txt")).ThenBy(file => file != other)
            .ThenBy(file => file != own));

        // A number that another process has been given since.
        File.SetLastWriteTimeUtc(own, DateTime.UtcNow.AddDays(-9000));
        Assert.True(TemporaryFiles.IsLeft(own));

        string Named(string host, int id) => _folder.At($".tflbfgs-{host}-{id}-random.tmp");
    }

    [Fact]
    public void Write_New_OnlyTheFile()
    {
        AtomicFile.Write(_folder.At("a.txt"), stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(Assert.Single(Directory.GetFiles(_folder.Path))));
    }

    [Fact]
    public void Write_PlaceThatCannotBeWritten_IsNamedInOneLine()
    {
        File.WriteAllText(_folder.At("file"), "old");
        foreach (string place in (string[])[_folder.Path, _folder.At("missing", "a"), _folder.At("file", "a"), "/proc/a"])
        {
            TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => AtomicFile.Write(place, stream => stream.WriteByte(1)));
            Assert.StartsWith(place, e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', e.Message);
        }

        Assert.Equal("old", File.ReadAllText(Assert.Single(Directory.GetFileSystemEntries(_folder.Path))));
    }

    [Fact]
    public void Write_OverALink_ReplacesItsTargetAndKeepsThePermissions()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        string target = _folder.At("target"), link = _folder.At("link");
        File.WriteAllText(target, "old");
#pragma warning disable CA1416 // Not reached on Windows.
        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(link, target);
        AtomicFile.Write(link, stream => stream.Write("new"u8));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(target));
#pragma warning restore CA1416
        Assert.Equal(target, new FileInfo(link).LinkTarget);
        Assert.Equal("new", File.ReadAllText(target));
    }

    [Fact]
    public void Commit_FolderRemovedMeanwhile_TheContentCanStillBeRead()
    {
        Directory.CreateDirectory(_folder.At("gone"));
        using AtomicFile file = AtomicFile.Begin(_folder.At("gone", "a.txt"));
        file.Content.Write("kept"u8);
        Directory.Delete(_folder.At("gone"), recursive: true);
        Assert.Throws<TfLbfgsException>(file.Commit);
        byte[] content = new byte[4];
        file.Content.Position = 0;
        file.Content.ReadExactly(content);
        Assert.Equal("kept"u8, content);
    }

    [Fact]
    public void Flush_FileThatCannotBeFlushed_IsAnError()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no such file");
        // A pipe does not support fsync, as a full disk does not; FileStream.Flush(true) ignores that.
        using System.IO.Pipes.AnonymousPipeServerStream pipe = new();
        using SafeFileHandle handle = new(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        Assert.Throws<IOException>(() => Durability.Flush(handle));
        Durability.FlushFolder(_folder.Path);
        Durability.FlushFolder(_folder.At("missing"));
    }
}
