using TfLbfgs.Cli.Data;
using TfLbfgs.Cli.Output;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Runtime;
using TfLbfgs.Tests.Cli.Commands;
using Xunit;

namespace TfLbfgs.Tests.Cli.Data;

public sealed class ScaledModelTests : CommandTestBase
{
    [Fact]
    public void Save_ModelThatTheFormatDoesNotHold_TheWeightsAreSaved()
    {
        using Sequential model = new(DType.Float64) { new InputLayer([2]), new Dense(1, ActivationFunction.FromFunction(x => x * 2.0)) };
        model.Build();
        Assert.Throws<TfLbfgsException>(() => model.CheckCanSave(Folder.At("m.h5")));
        using Report report = new(TextWriter.Null, hasJson: false);
        ScaledModel.Save(Folder.At("m.h5"), model, null, "mse", "start", report);
        Assert.Equal(["m.weights.h5"], Files());
        Assert.True(report.IsElsewhere);
        Assert.Contains("m.weights.h5", Assert.Single(report.Warnings), StringComparison.Ordinal);
        using Sequential again = new(DType.Float64) { new InputLayer([2]), new Dense(1) };
        again.Build();
        again.LoadWeights(Folder.At("m.weights.h5"));
        Assert.Equal(model.GetWeights(), again.GetWeights());
    }
}
