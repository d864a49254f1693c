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
        (Tensor x, Tensor y) = ModelObjectiveTests.Paraboloid();
        using Tensor inputs = x;
        using Tensor targets = y;
        long handles = 0, resident = 0;
        for (int i = 0; i <= 1000; i++)
        {
            if (i == 200)
                (handles, resident) = (LiveHandles.Snapshot().Values.Sum(), Resident());
            using TensorScope scope = new();
            using Sequential model = new(DType.Float64) { new Dense(32, "tanh"), new Dense(1) };
            using ModelObjective objective = new(model, "mse", x, y);
            objective.Evaluate(objective.InitialPosition(), objective.Data);
            if (i % 100 == 0)
                Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 2 });
        }

        Assert.Equal(handles, LiveHandles.Snapshot().Values.Sum());
        Assert.True(Resident() - resident < 24 << 20, $"{(Resident() - resident) >> 20} MiB more after 800 models");
    }

    private static long Resident()
    {
        // What the garbage collector would free is no leak.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }
}
