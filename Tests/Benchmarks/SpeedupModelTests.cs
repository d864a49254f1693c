using TfLbfgs.Benchmarks.Scaling;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Benchmarks;

public sealed class SpeedupModelTests
{
    private static readonly SpeedupModel Model = new(1e-9, 1e-3, 1e-4, 1e-10, 1e10);

    [Fact]
    public void Star_OneWorker_IsTheComputationAndItsOverhead()
    {
        // 1e6 rows of 1e3 parameters: 1 s; 64 kb each way at 1 Gb/s: 128 us, and 1.6 us to handle them; the sum: 0.8 us.
        Assert.Equal(1, Model.Alone(1e6, 1e3), 1e-12);
        Assert.Equal(1 + 1e-3 + 1e-4 + 128e-6 + 1.6e-6 + 0.8e-6, Model.Star(1, 1e6, 1e3, 1e9), 1e-12);
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
    public void Of_RowsOfAModel_FindsItsOverheads()
    {
        ClusterRow Row(int workers, int n) => new(
            workers, n, 40, 0, ClusterMeasurement.Entries * Model.SecondsPerRow / workers,
                Model.Overhead(workers, n, double.PositiveInfinity), 0, 0, 0, 0, 0, true, 0, 0);
        SpeedupModel found =
            OverheadFit.Of([.. new[] { 1, 2, 4 }.SelectMany(workers => new[] { 10, 1_000_000 }.Select(n => Row(workers, n)))],
            Model.SumBytesPerSecond);
        Assert.Equal(Model.SecondsPerRow, found.SecondsPerRow, 1e-15);
        Assert.Equal(Model.SecondsPerCall, found.SecondsPerCall, 1e-9);
        // The ten parameters of the smallest size take some nanoseconds.
        Assert.Equal(Model.SecondsPerWorker, found.SecondsPerWorker, 1e-7);
        Assert.Equal(Model.SecondsPerByte, found.SecondsPerByte, 1e-13);
    }

    [Fact]
    public void Medians_ThreeRounds_TakesTheMiddleOverheadAndTheSameBitsOfAll()
    {
        ClusterRow Row(int workers, double overhead, bool isSame) => new(
            workers, 1000, 40, 0, 0, overhead, 0, 0, 0, 0, 0, isSame, 0, 0);
        IReadOnlyList<ClusterRow> found = ClusterTable.Medians(
            [Row(1, 3, true), Row(2, 9, true), Row(1, 1, false), Row(2, 7, true), Row(1, 2, true), Row(2, 8, true)]);
        Assert.Equal([(1, 2.0, false), (2, 8.0, true)], found.Select(row => (row.Workers, row.OverheadSeconds, row.IsSame)));
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
