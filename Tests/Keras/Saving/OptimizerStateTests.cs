using System.Runtime.InteropServices;
using TfLbfgs.Formats;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Keras.Saving;

public class OptimizerStateTests : LeakChecked
{
    [Fact]
    public void Restore_FileOfALegacyOptimizer_TakesSlotAfterSlot() =>
        AssertRestored(new Adam { IsLegacy = true }, [Steps(), Slot(1), Slot(2), Slot(3), Slot(4)], [7, 1, 3, 2, 4]);

    [Fact]
    public void Restore_AdamBeforeTensorFlow2_LeavesItsEmptySlotsOut() => AssertRestored(
        new Adam { IsLegacy = true },
            [Steps(), Slot(1), Slot(2), Slot(3), Slot(4), Array("Variable_9:0", [1], 0), Array("Variable_10:0", [1], 0)],
        [7, 1, 3, 2, 4]);

    [Fact]
    public void Restore_OptimizerThatCountedNoSteps_LeavesTheNumberAlone() =>
        AssertRestored(new RMSprop { IsLegacy = true }, [Slot(1), Slot(2)], [0, 1, 2]);

    [Fact]
    public void Restore_SgdWithoutMomentum_LeavesItsMomentsOut() =>
        AssertRestored(new SGD { IsLegacy = true }, [Steps(), Slot(0), Slot(0)], [7]);

    [Fact]
    public void Restore_FileOfKeras20_TakesVariablesByTheirNames() => AssertRestored(
        new Adam { IsLegacy = true }, [Steps(), Slot(1), Slot(2), Slot(3), Slot(4)], [7, 2, 4, 1, 3], variable => variable.Name == "first"
            ? "z" : "a");

    [Fact]
    public void Restore_TooFewSlots_IsRefused()
    {
        TfLbfgsException error = Assert.Throws<TfLbfgsException>(
            () => AssertRestored(new Adam { IsLegacy = true }, [Steps(), Slot(1), Slot(2), Slot(3)], []));
        Assert.Contains("expected the 5 variables of its state, received 4 from the file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_LegacyOptimizer_GivesWhatItsKerasReads()
    {
        using Variable first = NewVariable("first"), second = NewVariable("second");
        using Adam optimizer = new() { IsLegacy = true, AmsGrad = true };
        optimizer.Build([first, second]);
        Assert.Equal(
            ["iteration", "momentum/first", "momentum/second", "velocity/first", "velocity/second", "velocity_hat/first",
                "velocity_hat/second"],
            OptimizerState.Write(optimizer, isNumbered: false).Arrays.Select(array => array.Name));
    }

    private static void AssertRestored(Optimizer optimizer, IReadOnlyList<WeightArray> arrays, double[] expected,
        Func<Variable, string>? nameInFile = null)
    {
        using Variable first = NewVariable("first"), second = NewVariable("second");
        using (optimizer)
        {
            optimizer.Build([first, second]);
            OptimizerState.Restore(optimizer, arrays, nameInFile);
            using TensorScope scope = new();
            Assert.Equal(expected, optimizer.Variables.Select(variable => variable.Value.ToDoubles()[0]));
        }
    }

    private static Variable NewVariable(string name)
    {
        using Tensor zeros = Tensor.Zeros([2], DType.Float32);
        return new Variable(zeros, name);
    }

    private static WeightArray Steps() => new("Adam/iter:0", StoredArray.FromBytes(DType.Int64, [], BitConverter.GetBytes(7L)));

    private static WeightArray Slot(float value) => Array($"Variable_{value}:0", [2], value);

    private static WeightArray Array(string name, long[] shape, float value) => new(
        name, StoredArray.FromBytes(DType.Float32, shape, MemoryMarshal.AsBytes<float>([.. Enumerable.Repeat(value, (int)shape[0])])
            .ToArray()));
}
