using TfLbfgs.Cli.Output;
using TfLbfgs.Optimization;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Cli.Output;

public class PlainProgressTests
{
    [Fact]
    public void Report_ManyIterations_FewLinesAndTheLast()
    {
        using StringWriter output = new();
        PlainProgress progress = new(output);
        for (int i = 0; i <= 1234; i++)
            progress.Report(new LbfgsProgress(i, i + 1, 1.0 / (i + 1), 0.5, 1, i / 1000.0));
        progress.Finish();
        string[] lines = output.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(["iteration", "0", "1", "2", "5", "10", "20", "50", "100", "200", "500", "1000", "1234"],
            lines.Select(line => line.TrimStart().Split(' ')[0]));
        Assert.Single(lines.Select(line => line.Length).Distinct());
        Assert.Equal(["1000", "1001", "9.99001e-04", "5.00e-01", "1.00e+00", "1.00"],
            lines[^2].Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void OnTrial_LongLineSearch_ALineEachSecond()
    {
        using StringWriter output = new();
        ManualTime time = new();
        PlainProgress progress = new(output, time);
        progress.Report(new LbfgsProgress(0, 1, 1, 1, 0, 0));
        for (int e = 2; e <= 32; e++)
        {
            time.Advance(0.1);
            progress.OnTrial(new LbfgsTrial(e, 1, 1, 1, -1, 1, e / 10.0));
        }

        string[] lines = output.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(["1", "11", "21", "31"], lines.Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
    }

    [Fact]
    public void Finish_LastWasWritten_NotTwice()
    {
        using StringWriter output = new();
        PlainProgress progress = new(output);
        progress.Report(new LbfgsProgress(0, 1, 1, 1, 0, 0));
        progress.Finish();
        Assert.Equal(2, output.ToString().TrimEnd('\n').Split('\n').Length);
    }
}
