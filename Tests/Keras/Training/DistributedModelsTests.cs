using TfLbfgs.Distribution;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Training;

public sealed class DistributedModelsTests : LeakChecked
{
    [Fact]
    public void Of_ModelLossAndData_MinimizesTheModelOnTwoDevices()
    {
        using TensorScope scope = new();
        (Tensor x, Tensor y) = ModelObjectiveTests.Paraboloid();
        using Tensor inputs = x;
        using Tensor targets = y;
        using Sequential model = new(DType.Float64) { new Dense(3, "tanh"), new Dense(1) };
        using DistributedObjective objective = DistributedObjective.Of(model, "mse", x, y, DistributionStrategy.Over("CPU:0", "CPU:1"));
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 5 });
        Assert.True(result.Loss < result.InitialLoss);
        using Tensor held = objective.InitialPosition();
        Assert.Equal(result.Position.ToArray<double>(), held.ToArray<double>());
        Assert.Throws<TfLbfgsException>(
            () => DistributedObjective.Of(model, "mse", x, y, DistributionStrategy.Over("CPU:0").WithShards(100_000)));
    }
}
