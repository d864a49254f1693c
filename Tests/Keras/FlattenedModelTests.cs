using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Optimization;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras;

/// <summary>Models with unusual variables, flattened and minimized.</summary>
public sealed class FlattenedModelTests : LeakChecked
{
    [Fact]
    public void Minimize_ModelOfAThousandVariables_Works()
    {
        using TensorScope scope = new();
        (Tensor x, Tensor y) = ModelObjectiveTests.Paraboloid();
        using Sequential model = new(DType.Float64);
        for (int i = 0; i < 499; i++)
            model.Add(new Dense(2) { KernelInitializer = new TfLbfgs.Keras.Initializers.Identity() });
        model.Add(new Dense(1));
        using ModelObjective objective = new(model, "mse", x, y);
        Assert.Equal(1000, objective.Layout.Slots.Count);
        Assert.Equal(1000, objective.StitchIndices.Count);
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 3 });
        Assert.True(result.Loss < result.InitialLoss, result.ToString());
        Assert.Equal(result.Position.ToArray<double>(), objective.InitialPosition().ToArray<double>());
    }

    [Theory]
    [InlineData(FlattenRoute.Dynamic)]
    [InlineData(FlattenRoute.Split)]
    public void Minimize_LayerThatStandsTwice_HasOnePlaceInTheVector(FlattenRoute route)
    {
        using TensorScope scope = new();
        (Tensor x, Tensor y) = ModelObjectiveTests.Paraboloid();
        KerasTensor input = KerasTensor.Input([2], DType.Float64);
        using Dense shared = new(2, "tanh", name: "shared"), last = new(1, name: "last");
        using Model model = new(input, last.Apply(shared.Apply(shared.Apply(input))));
        using ModelObjective objective = new(model, "mse", x, y, route);
        Assert.Equal(["shared/kernel", "shared/bias", "last/kernel", "last/bias"], objective.Layout.Slots.Select(slot => slot.Name));
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 10 });
        Assert.Equal(result.Loss, objective.Measure().Total, 1e-13);
        Assert.True(result.Loss < result.InitialLoss);
    }

    [Fact]
    public void MachineLearning5897_AThousandModels_LeaveNothing()
    {
        long[] growthAndHandles = MemoryProbe.Run("models");
        Assert.Equal(0, growthAndHandles[1]);
        Assert.True(growthAndHandles[0] < 24 << 20, $"{growthAndHandles[0] >> 20} MiB more after 500 models");
    }
}
