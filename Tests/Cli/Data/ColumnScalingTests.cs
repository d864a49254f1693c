using TfLbfgs.Cli.Data;
using Xunit;

namespace TfLbfgs.Tests.Cli.Data;

public class ColumnScalingTests
{
    [Fact]
    public void Fit_Columns_MeanAndPopulationDeviation()
    {
        ColumnScaling scaling = ColumnScaling.Fit(["a", "b"], new Matrix([1, 10, 2, 20, 3, 30, 6, 60], 2));
        Assert.Equal([3, 30], scaling.Mean);
        Assert.Equal(Math.Sqrt(3.5), scaling.Scale[0], 15);
        Assert.Equal(Math.Sqrt(350), scaling.Scale[1], 13);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1e300)]
    [InlineData(-7)]
    public void Fit_ConstantColumn_OnlyCentres(double value)
    {
        Matrix rows = new([.. Enumerable.Repeat(value, 7)], 1);
        ColumnScaling scaling = ColumnScaling.Fit(["a"], rows);
        Assert.Equal(1, scaling.Scale[0]);
        Assert.All(scaling.Apply(rows).Values, v => Assert.Equal(0, v));
    }

    [Fact]
    public void Undo_AfterApply_GivesTheNumbersBack()
    {
        Matrix rows = new([1, -5, 2, 1e3, 4, 7, 9, 0.5], 2);
        ColumnScaling scaling = ColumnScaling.Fit(["a", "b"], rows);
        Assert.All(scaling.Undo(scaling.Apply(rows)).Values.Zip(rows.Values), pair => Assert.Equal(pair.Second, pair.First, 12));
        Assert.Equal(0, scaling.Apply(rows).Values.Where((_, i) => i % 2 == 0).Sum(), 12);
    }

    [Fact]
    public void ChangesValues_Identity_False()
    {
        Assert.False(ColumnScaling.Identity(["a"]).ChangesValues);
        Assert.True(new ColumnScaling(["a"], [0], [2]).ChangesValues);
    }
}
