using System.Globalization;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Keras.Saving;

/// <summary>The variables of an optimizer in a Keras file: in its order, numbered or named.</summary>
internal static class OptimizerState
{
    /// <summary>The node of a file.</summary>
    public static WeightNode Write(Optimizer optimizer, bool isNumbered)
    {
        WeightNode node = new(ObjectNames.Optimizer);
        foreach ((int i, Variable variable) in optimizer.Variables.Index())
            node.Arrays.Add(
                new WeightArray(isNumbered ? i.ToString(CultureInfo.InvariantCulture) : variable.Name, new VariableArray(variable)));
        return node;
    }

    /// <summary>Gives an optimizer that is built the values of a file, all or none.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="arrays">Its variables in the file.</param>
    /// <exception cref="TfLbfgsException">Numbers or shapes differ.</exception>
    public static void Restore(Optimizer optimizer, IReadOnlyList<WeightArray> arrays)
    {
        IReadOnlyList<Variable> variables = optimizer.Variables;
        int differs = variables.Count == arrays.Count
            ? Enumerable.Range(0, arrays.Count).FirstOrDefault(i => !arrays[i].Shape.SequenceEqual(variables[i].Shape.ToArray()), -1)
            : arrays.Count;
        if (differs >= 0)
        {
            string received = variables.Count == arrays.Count ? $"{arrays[differs]} for {variables[differs]}" : $"{arrays.Count}";
            throw new TfLbfgsException(
                $"{optimizer}: expected the {variables.Count} variables of its state, received {received} from the file. Set "
                + "Model.TrainingState to null and call Compile to begin with a new state.");
        }

        using IDisposable eager = Tf.InitScope();
        using TensorScope scope = new();
        foreach ((Variable variable, WeightArray array) in variables.Zip(arrays))
        {
            Tensor value = Tensor.FromBytes(array.Data.ToBytes(), array.DType, Shape.Create([.. array.Shape]));
            variable.Assign(value.DType == variable.DType ? value : RawOps.Cast(value, variable.DType));
        }
    }
}
