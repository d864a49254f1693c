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
        IReadOnlyList<Variable> variables = optimizer.IsLegacy ? LegacyOrder(optimizer, null) : optimizer.Variables;
        foreach ((int i, Variable variable) in variables.Index())
            node.Arrays.Add(
                new WeightArray(isNumbered ? i.ToString(CultureInfo.InvariantCulture) : variable.Name, new VariableArray(variable)));
        return node;
    }

    /// <summary>Gives an optimizer that is built the values of a file, all or none.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="arrays">Its variables in the file.</param>
    /// <param name="nameInFile">The name of a trained variable in the file, where the state is in the order of these names; null: in that
    /// of the variables.</param>
    /// <exception cref="TfLbfgsException">Numbers or shapes differ.</exception>
    public static void Restore(Optimizer optimizer, IReadOnlyList<WeightArray> arrays, Func<Variable, string>? nameInFile = null)
    {
        IReadOnlyList<Variable> variables = optimizer.Variables;
        if (optimizer.IsLegacy)
            (variables, arrays) = LegacyPairs(optimizer, arrays, nameInFile);
        int differs = variables.Count == arrays.Count
            ? Enumerable.Range(0, arrays.Count).FirstOrDefault(i => !HaveOneShape(variables[i], arrays[i]), -1)
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

    private static bool HaveOneShape(Variable variable, WeightArray array) => array.Shape.SequenceEqual(variable.Shape.ToArray());

    /// <summary>The number of steps, what belongs to no variable, and each slot of all variables in turn.</summary>
    private static IReadOnlyList<Variable> LegacyOrder(Optimizer optimizer, Func<Variable, string>? nameInFile) =>
    [
        .. optimizer.Variables.Except(optimizer.Slots.Select(slot => slot.Value)),
        .. optimizer.Slots.GroupBy(slot => slot.Name).SelectMany(
            group => nameInFile is null ? group.AsEnumerable() : group.OrderBy(slot => nameInFile(slot.Of), StringComparer.Ordinal))
            .Select(slot => slot.Value),
    ];

    // Files of Keras before TensorFlow 2 have more and less: no number of steps by some optimizers, empty slots for an Adam without
    // amsgrad, and the moments of an SGD without momentum, which are zero.
    private static (IReadOnlyList<Variable> Variables, IReadOnlyList<WeightArray> Arrays) LegacyPairs(
        Optimizer optimizer, IReadOnlyList<WeightArray> arrays, Func<Variable, string>? nameInFile)
    {
        IReadOnlyList<Variable> ordered = LegacyOrder(optimizer, nameInFile);
        int slots = optimizer.Slots.Count(), heads = ordered.Count - slots;
        int first = Math.Min(arrays.TakeWhile(array => array.Shape.Count == 0).Count(), heads);
        Variable[] variables = [.. ordered.Take(first), .. ordered.Skip(heads)];
        return arrays.Count > variables.Length && arrays.Skip(variables.Length).All(IsUnused)
            ? (variables, [.. arrays.Take(variables.Length)])
            : (variables, arrays);

        bool IsUnused(WeightArray array) => slots == 0 || array.Shape is [1];
    }
}
