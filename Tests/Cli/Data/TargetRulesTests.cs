using TfLbfgs.Cli.Data;
using TfLbfgs.Keras.Losses;
using Xunit;

namespace TfLbfgs.Tests.Cli.Data;

public class TargetRulesTests
{
    [Fact]
    public void Losses_AllKnownToKeras() => Assert.All(TargetRules.Losses, name => Assert.NotNull(Loss.FromString(name)));

    [Fact]
    public void CheckName_Unknown_ListsTheLosses() =>
        Assert.Contains("mse, mae, huber", Assert.Throws<TfLbfgsException>(() => TargetRules.CheckName("rmse")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("mse", 2, 1, false)]
    [InlineData("mse", 1, 1, true)]
    [InlineData("huber", 3, 3, true)]
    [InlineData("binary_crossentropy", 2, 1, false)]
    [InlineData("categorical_crossentropy", 3, 3, true)]
    [InlineData("categorical_crossentropy", 3, 1, false)]
    [InlineData("categorical_crossentropy", 1, 1, false)]
    [InlineData("sparse_categorical_crossentropy", 10, 1, true)]
    [InlineData("sparse_categorical_crossentropy", 10, 2, false)]
    [InlineData("sparse_categorical_crossentropy", 1, 1, false)]
    public void CheckShapes_Cases(string loss, int outputs, int columns, bool fits)
    {
        string[] names = [.. Enumerable.Range(0, columns).Select(i => $"y{i}")];
        Exception? e = Record.Exception(() => TargetRules.CheckShapes(loss, outputs, names));
        Assert.Equal(fits, e is null);
        Assert.True(e is null or TfLbfgsException);
    }

    [Theory]
    [InlineData("mse", 1, new[] { -3.5 }, true)]
    [InlineData("binary_crossentropy", 1, new[] { 0.0, 1.0 }, true)]
    [InlineData("binary_crossentropy", 1, new[] { 0.0, 0.5 }, false)]
    [InlineData("sparse_categorical_crossentropy", 3, new[] { 0.0, 2.0 }, true)]
    [InlineData("sparse_categorical_crossentropy", 3, new[] { 0.0, 3.0 }, false)]
    [InlineData("sparse_categorical_crossentropy", 3, new[] { -1.0 }, false)]
    [InlineData("sparse_categorical_crossentropy", 3, new[] { 1.5 }, false)]
    public void CheckValues_OneColumn(string loss, int outputs, double[] values, bool fits) =>
        Assert.Equal(fits, Record.Exception(() => TargetRules.CheckValues(loss, outputs, ["y"], new Matrix(values, 1))) is null);

    [Theory]
    [InlineData(new[] { 0, 1, 0.25, 0.75 }, true)]
    [InlineData(new[] { 0, 1, 0.25, 0.5 }, false)]
    [InlineData(new[] { 2.0, -1 }, false)]
    public void CheckValues_Probabilities(double[] values, bool fits) =>
        Assert.Equal(fits,
            Record.Exception(() => TargetRules.CheckValues("categorical_crossentropy", 2, ["a", "b"], new Matrix(values, 2))) is null);
}
