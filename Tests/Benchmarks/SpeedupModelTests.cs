using TfLbfgs.Benchmarks.Scaling;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Benchmarks;

public sealed class SpeedupModelTests
{
    private static readonly SpeedupModel Model = new(1e-9, 1e-3, 1e-4, 1e10);

    [Fact]
    public void Star_OneWorker_IsTheComputationAndItsOverhead()
    {
        // 1e6 rows of 1e3 parameters: 1 s; 64 kb each way at 1 Gb/s: 128 us; the sum: 0.8 us.
        Assert.Equal(1, Model.Alone(1e6, 1e3), 1e-12);
        Assert.Equal(1 + 1e-3 + 1e-4 + 128e-6 + 0.8e-6, Model.Star(1, 1e6, 1e3, 1e9), 1e-12);
        Assert.Equal(Model.Star(1, 1e6, 1e3, 1e9), Model.Tree(1, 1e6, 1e3, 1e9), 1e-12);
    }

    [Fact]
    public void BestWorkers_IsWhereOneMoreGainsNothing()
    {
        double best = Math.Round(Model.BestWorkers(1e8, 1e3, 1e9));
        double time = Model.Star(best, 1e8, 1e3, 1e9);
        Assert.InRange(best, 2, 1e6);
        Assert.True(time <= Model.Star(best * 1.1, 1e8, 1e3, 1e9) && time <= Model.Star(best / 1.1, 1e8, 1e3, 1e9));
    }

    [Fact]
    public void Write_CommittedMeasurements_GivesTheCommittedTables()
    {
        string folder = Path.Combine(Checkout.Root, "docs", "cluster");
        SpeedupModel model = SpeedupTable.Read(Path.Combine(folder, "overheads.json"));
        string document = File.ReadAllText(Path.Combine(Checkout.Root, "docs", "cluster.md"));
        Assert.Contains(SpeedupTable.Write(model, 1), document, StringComparison.Ordinal);
        Assert.Contains(SpeedupTable.Write(model, 100), document, StringComparison.Ordinal);
    }
}
