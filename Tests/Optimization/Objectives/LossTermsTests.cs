using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

/// <summary>Named parts of a loss in progress, history, files and reports.</summary>
public sealed class LossTermsTests : LeakChecked
{
    [Theory]
    [InlineData(Execution.Eager)]
    [InlineData(Execution.Traced)]
    public void Terms_OfARun_AreThoseOfEachAcceptedPoint(Execution execution) => Check(execution);

    [Theory(Explicit = true)]
    [InlineData(Execution.CompiledCalls)]
    [InlineData(Execution.Compiled)]
    public void Terms_OfACompiledRun_AreThoseOfEachAcceptedPoint(Execution execution) => Check(execution);

    private static void Check(Execution execution)
    {
        using TensorScope scope = new();
        using Variable p = new(Tensor.From([-1.2, 1.0]), "p");
        using TwoTerms objective = new(p);
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 8, Execution = execution });
        Assert.Equal(9, result.History.Count);
        Assert.All(result.History, progress =>
        {
            Assert.Equal(["valley", "distance"], progress.Terms.Keys);
            Assert.Equal(progress.Loss, progress.Terms.Values.Sum(), 1e-10 * Math.Max(1, progress.Loss));
        });
        Assert.Equal(100 * 0.44 * 0.44, result.History[0].Terms["valley"], 1e-9);
    }

    [Fact]
    public void Terms_InFilesAndReports_HaveTheirNames()
    {
        using ScratchFolder folder = new();
        using TensorScope scope = new();
        using Variable p = new(Tensor.From([-1.2, 1.0]), "p");
        using TwoTerms objective = new(p);
        StringWriter console = new();
        using LbfgsResult result = Lbfgs.Minimize(objective,
            new LbfgsOptions { MaxIterations = 5, Observers = [new CsvProgress(folder.File("live.csv")), new ConsoleProgress(console)] });
        result.WriteCsv(folder.File("history.csv"));
        string[] lines = File.ReadAllLines(folder.File("history.csv"));
        Assert.EndsWith(",term:valley,term:distance", lines[0], StringComparison.Ordinal);
        Assert.Equal(lines, File.ReadAllLines(folder.File("live.csv")));
        Assert.Equal(
            result.History[5].Terms["distance"], double.Parse(lines[6].Split(',')[^1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains("valley 1.94e+01", result.Report(), StringComparison.Ordinal);
        Assert.Contains("distance ", console.ToString(), StringComparison.Ordinal);
        result.PlotLoss(folder.File("loss.svg"));
        Assert.Contains("valley", File.ReadAllText(folder.File("loss.svg")), StringComparison.Ordinal);
    }

    [Fact]
    public void Terms_ThatAreNoScalars_AreRefused()
    {
        using TensorScope scope = new();
        using Variable p = new(Tensor.From([1.0, 2.0]), "p");
        using Wrong objective = new(p);
        Assert.Contains("LossTerms['parts']", Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(objective).Dispose()).Message,
            StringComparison.Ordinal);
    }

    private sealed class TwoTerms(Variable p) : VariableObjective([p])
    {
        protected override Tensor ComputeLoss(IReadOnlyList<Tensor> data)
        {
            Tensor valley = 100 * Tf.Square(p.Value[1] - Tf.Square(p.Value[0])), distance = Tf.Square(1 - p.Value[0]);
            Terms!["valley"] = valley;
            Terms["distance"] = distance;
            return valley + distance;
        }
    }

    private sealed class Wrong(Variable p) : VariableObjective([p])
    {
        protected override Tensor ComputeLoss(IReadOnlyList<Tensor> data)
        {
            Terms!["parts"] = p.Value;
            return Tf.ReduceSum(Tf.Square(p));
        }
    }
}
