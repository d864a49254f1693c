using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Parameters;

/// <summary>
/// Turns the values of variables into one vector and back, by dispatched ops: eagerly, traced and under tapes. In the seed's recipe: <c>tf.dynamic_stitch(idx, values)</c> and
/// <c>tf.dynamic_partition(vector, part, n)</c>. Holds the stitch indices and partitions on the device where they were first used. Thread-safe once made.
/// </summary>
public sealed class ParameterVector : IDisposable
{
    private readonly FlattenRoute _route;
    private readonly Tensor[] _indices;
    private readonly Tensor? _partitions;

    /// <summary>Prepares a layout for conversion, on the current device of the thread.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="route">By which ops; <see cref="FlattenRoute.Auto"/> is <see cref="FlattenRoute.Split"/>, which the table of docs/flattening.md shows to be no slower anywhere.</param>
    public ParameterVector(ParameterLayout layout, FlattenRoute route = FlattenRoute.Auto)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Layout = layout;
        _route = route == FlattenRoute.Auto ? FlattenRoute.Split : route;
        _indices = [];
        if (_route == FlattenRoute.Split)
            return;
        if (layout.Count > int.MaxValue)
            throw new TfLbfgsException($"The dynamic route counts with int32: expected at most {int.MaxValue} parameters, received {layout.Count}. Use FlattenRoute.Split.");
        int[] partitions = new int[layout.Count];
        _indices = new Tensor[layout.Slots.Count];
        for (int i = 0; i < _indices.Length; i++)
        {
            ParameterSlot slot = layout.Slots[i];
            partitions.AsSpan((int)slot.Offset, (int)slot.Size).Fill(i);
            using TensorScope scope = new();
            _indices[i] = Tensor.From<int>([.. Enumerable.Range((int)slot.Offset, (int)slot.Size)], slot.Shape).Alias();
        }

        using (new TensorScope())
            _partitions = Tensor.From(partitions).Alias();
    }

    /// <summary>The layout.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The route that is taken.</summary>
    public FlattenRoute Route => _route;

    /// <summary>The stitch indices, one int32 tensor per variable, of its shape; empty on the split route. In the seed: <c>idx</c>.</summary>
    public IReadOnlyList<Tensor> StitchIndices => _indices;

    /// <summary>The partition of each element, int32, shape [n]; null on the split route. In the seed: <c>part</c>.</summary>
    public Tensor? Partitions => _partitions;

    /// <summary>Values to vector.</summary>
    /// <param name="values">One tensor per variable, of its shape; borrowed.</param>
    /// <returns>The vector, shape [n], owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The number of tensors differs, or one does not fit.</exception>
    public Tensor Flatten(IReadOnlyList<Tensor> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Check(values);
        using TensorScope scope = new();
        if (_route == FlattenRoute.Dynamic)
            return scope.Keep(RawOps.DynamicStitch(_indices, values));
        Tensor[] flat = new Tensor[values.Count];
        using Tensor all = Tensor.Vector([-1]);
        for (int i = 0; i < flat.Length; i++)
            flat[i] = RawOps.Reshape(values[i], all);
        if (flat.Length == 1)
            return scope.Keep(flat[0]);
        using Tensor axis = Tensor.Scalar(0);
        return scope.Keep(RawOps.ConcatV2(flat, axis));
    }

    /// <summary>Vector to values.</summary>
    /// <param name="vector">The vector, shape [n]; borrowed.</param>
    /// <returns>One tensor per variable, of its shape, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The dtype or length differs.</exception>
    public Tensor[] Split(Tensor vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        if (vector.DType != Layout.DType || !vector.Shape.IsCompatibleWith([Layout.Count]))
            throw new TfLbfgsException($"Expected a vector of {Layout.Count} parameters, {Layout.DType.PythonName}({Layout.Count},), received {vector.Describe()}.");
        using TensorScope scope = new();
        Tensor[] parts;
        int count = Layout.Slots.Count;
        if (_route == FlattenRoute.Dynamic)
        {
            parts = RawOps.DynamicPartition(vector, _partitions!, count);
        }
        else if (count == 1)
        {
            parts = [vector];
        }
        else
        {
            using Tensor sizes = Tensor.Vector([.. Layout.Slots.Select(slot => slot.Size)]);
            using Tensor axis = Tensor.Scalar(0);
            parts = RawOps.SplitV(vector, sizes, axis, count);
        }

        for (int i = 0; i < count; i++)
        {
            using Tensor shape = Tensor.Vector(Layout.Slots[i].Shape.ToArray());
            parts[i] = scope.Keep(RawOps.Reshape(parts[i], shape));
        }

        return parts;
    }

    /// <summary>The current values of variables as a vector.</summary>
    /// <param name="variables">The variables of the layout, in its order.</param>
    /// <returns>The vector, shape [n], owned by the caller.</returns>
    public Tensor Read(IReadOnlyList<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        using TensorScope scope = new();
        return scope.Keep(Flatten([.. variables.Select(v => v.Value)]));
    }

    /// <summary>Assigns a vector to variables, on the device. In the seed: <c>assign_new_model_parameters</c>.</summary>
    /// <param name="variables">The variables of the layout, in its order.</param>
    /// <param name="vector">The vector, shape [n]; borrowed.</param>
    public void Assign(IReadOnlyList<Variable> variables, Tensor vector)
    {
        ArgumentNullException.ThrowIfNull(variables);
        using TensorScope scope = new();
        Tensor[] values = Split(vector);
        if (variables.Count != values.Length)
            throw new TfLbfgsException($"Expected the {values.Length} variables of the layout, received {variables.Count}.");
        for (int i = 0; i < values.Length; i++)
            variables[i].Assign(values[i]);
    }

    /// <summary>Frees indices and partitions.</summary>
    public void Dispose()
    {
        foreach (Tensor index in _indices)
            index.Dispose();
        _partitions?.Dispose();
    }

    private void Check(IReadOnlyList<Tensor> values)
    {
        if (values.Count != Layout.Slots.Count)
            throw new TfLbfgsException($"Expected one tensor for each of {Layout.Slots.Count} variables, received {values.Count}.");
        for (int i = 0; i < values.Count; i++)
        {
            ParameterSlot slot = Layout.Slots[i];
            if (values[i].DType != slot.DType || !slot.Shape.IsCompatibleWith(values[i].Shape))
                throw new TfLbfgsException($"Variable {slot.Name}: expected {slot.DType.PythonName}{slot.Shape}, received {values[i].Describe()}.");
        }
    }
}
