using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using TfLbfgs.Tests.Saving;
using Xunit;

namespace TfLbfgs.Tests.Cli.Commands;

/// <summary>The memory of predictions does not grow with the rows.</summary>
public class PredictMemoryTests : CommandTestBase
{
    private const int Columns = 4;

    /// <summary>A million rows of a model with 128 units, and the same model on ten rows; in processes of their own.</summary>
    [Fact(Explicit = true)]
    public void Predict_AMillionRows_Within100MiBOfAnIdleProcess()
    {
        string model = SampleModels.Save(Folder.At("m.h5"), Columns, units: 128);
        long idle = Peak(model, Rows("few.csv", 10));
        foreach (string data in (string[])[Rows("many.csv", 1_000_000), Arrays("stored.npz", CompressionLevel.NoCompression, false),
            Arrays("columns.npz", CompressionLevel.NoCompression, true), Arrays("compressed.npz", CompressionLevel.Fastest, false)])
        {
            long many = Peak(model, data);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"peak of ten rows {idle >> 10} MiB, of a million in {Path.GetFileName(data)} {many >> 10} MiB");
            Assert.InRange(many - idle, -20_000, 100 << 10);
            Assert.Equal(1_000_001, File.ReadLines(Folder.At("p.csv")).Count());
        }
    }

    private string Rows(string name, int count)
    {
        using StreamWriter writer = new(Folder.At(name)) { NewLine = "\n" };
        writer.WriteLine("a,b,c,d");
        for (int i = 0; i < count; i++)
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i * 1e-6:R},{Math.Sin(i):R},{Math.Cos(i):R},{i % 10}"));
        return Folder.At(name);
    }

    // An archive with a matrix of a million rows.
    private string Arrays(string name, CompressionLevel level, bool isByColumns)
    {
        double[] values = [.. Enumerable.Range(0, 1_000_000 * Columns).Select(i => Math.Sin(i))];
        string header = $"{{'descr': '<f8', 'fortran_order': {(isByColumns ? "True" : "False")}, 'shape': (1000000, {Columns}), }}\n";
        byte[] array = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header),
            .. MemoryMarshal.AsBytes(values.AsSpan())];
        File.WriteAllBytes(Folder.At(name), ZipReaderTests.Archive(level, ("x.npy", array)));
        return Folder.At(name);
    }

    // In KiB.
    private long Peak(string model, string data)
    {
        using Process process = CliProgram.Start("predict", model, "--data", data, "--output", Folder.At("p.csv"));
        long peak = 0;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, PeakOf(process.Id));
            Thread.Sleep(20);
        }

        CliProgram.Finish(process).Succeeded();
        return peak;
    }

    private static long PeakOf(int id)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line[6..^2].Trim(), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
