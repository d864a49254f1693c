using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using Xunit;

namespace TfLbfgs.Tests.Parameters;

public sealed class ParameterLayoutTests
{
    [Fact]
    public void Of_SeveralShapes_GivesOffsetsInOrder()
    {
        ParameterLayout layout =
            ParameterLayout.Of(
            [("a", [2, 3], DType.Float64), ("b", Shape.Scalar, DType.Float64), ("c", [0], DType.Float64), ("d", [4], DType.Float64)]);
        Assert.Equal(11, layout.Count);
        Assert.Equal([0L, 6, 7, 7], layout.Slots.Select(s => s.Offset));
        Assert.Equal([6L, 1, 0, 4], layout.Slots.Select(s => s.Size));
    }

    [Fact]
    public void Of_TwoDTypes_NamesTheVariablesOfEach()
    {
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(
            () => ParameterLayout.Of([("kernel", [2], DType.Float64), ("bias", [2], DType.Float32), ("gamma", [1], DType.Float64)]));
        Assert.Contains("float64: kernel, gamma", e.Message, StringComparison.Ordinal);
        Assert.Contains("float32: bias", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_TwoDTypesLifted_KeepsThatOfEachAndIsWide()
    {
        ParameterLayout layout =
            ParameterLayout.Of([("kernel", [2], DType.Float64), ("bias", [2], DType.Float32), ("scale", [1], DType.BFloat16)],
            DType.Float64);
        Assert.Equal(DType.Float64, layout.DType);
        Assert.True(layout.IsLifted);
        Assert.Equal([DType.Float64, DType.Float32, DType.BFloat16], layout.Slots.Select(s => s.DType));
        Assert.EndsWith("3 variables, 5 parameters, in a vector of float64", layout.ToString(), StringComparison.Ordinal);
        Assert.False(ParameterLayout.Of([("bias", [2], DType.Float32)]).IsLifted);
    }

    [Theory]
    [InlineData(DType.Float64, DType.Float32)]
    [InlineData(DType.Float16, DType.BFloat16)]
    [InlineData(DType.Int32, DType.Float64)]
    [InlineData(DType.Float32, DType.Int64)]
    public void Of_LiftedToWhatRounds_IsRefused(DType variable, DType lift)
    {
        TfLbfgsException e = Assert.Throws<TfLbfgsException>(() => ParameterLayout.Of([("w", [2], variable)], lift));
        Assert.Contains($"{lift.PythonName} holds exactly, received {variable.PythonName}: w", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_Nothing_Throws() =>
        Assert.Contains("received none",
            Assert.Throws<TfLbfgsException>(() => ParameterLayout.Of(Array.Empty<(string, Shape, DType)>())).Message,
            StringComparison.Ordinal);

    [Fact]
    public void ToString_TwoVariables_IsATable()
    {
        ParameterLayout layout = ParameterLayout.Of([("dense/kernel", [2, 64], DType.Float64), ("dense/bias", [64], DType.Float64)]);
        Assert.Equal(
            [
                "variable      shape    dtype         offset        size",
                "-------------------------------------------------------",
                "dense/kernel  (2, 64)  float64            0         128",
                "dense/bias    (64,)    float64          128          64",
                "2 variables, 192 parameters",
            ],
            layout.ToString().ReplaceLineEndings("\n").Split('\n'));
    }
}
