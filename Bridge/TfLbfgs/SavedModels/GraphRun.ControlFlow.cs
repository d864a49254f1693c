using TfLbfgs.Formats.Protos;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.SavedModels;

/// <content>Loops and branches, as those of <see cref="Tf"/>: so they are differentiated and compiled in the same way.</content>
internal sealed partial class GraphRun
{
    private Tensor[] While(NodeDef node, Tensor[] inputs)
    {
        GraphBody condition = _session.Library.Body(node, "cond"), body = _session.Library.Body(node, "body");
        if (body.Results.Count != inputs.Length || condition.Results.Count != 1)
            throw new TfLbfgsException($"{_body.Description}: expected the body of the loop '{node.Name}' to return {inputs.Length} "
                + $"tensors, received {body.Results.Count}. The file is damaged; save it again.");
        // What every step passes on as it is, such as a variable or the data, comes from outside and is no state.
        int[] state = [.. Enumerable.Range(0, inputs.Length).Where(i => body.ArgumentBehind(i) != i)];
        if (state.Length == 0)
            state = [Array.FindIndex(inputs, input => input.DType != DType.Resource) is var first and >= 0 ? first : 0];
        Shape[] declared = DeclaredShapes(node, inputs.Length);
        Shape[] shapes =
            [.. state.Select(i => declared[i].HasRank && declared[i].IsCompatibleWith(inputs[i].Shape) ? declared[i]
            : ShapeOfState(inputs[i]))];
        Tensor[] after = Tf.While(
            now => IsTrue(Call(condition, Full(now))[0]),
            now =>
            {
                Tensor[] next = Call(body, Full(now));
                return [.. state.Select((at, i) => Refine(next[at], shapes[i]))];
            },
            [.. state.Select(i => inputs[i])],
            shapeInvariants: shapes);
        return Full(after);

        Tensor[] Full(Tensor[] now)
        {
            Tensor[] all = [.. inputs];
            for (int i = 0; i < state.Length; i++)
                all[state[i]] = now[i];
            return all;
        }
    }

    private Tensor[] If(NodeDef node, Tensor[] inputs)
    {
        GraphBody whenTrue = _session.Library.Body(node, "then_branch"), whenFalse = _session.Library.Body(node, "else_branch");
        Tensor[] rest = inputs[1..];
        return Refine(node,
            WithoutFiller(Tf.Cond(IsTrue(inputs[0]), () => WithFiller(Call(whenTrue, rest)), () => WithFiller(Call(whenFalse, rest)))));
    }

    private Tensor[] Case(NodeDef node, Tensor[] inputs)
    {
        if (!node.Attr.TryGetValue("branches", out AttrValue? branches) || branches.List is null || branches.List.Func.Count == 0)
            throw new TfLbfgsException(
                $"{_body.Description}: expected branches of '{node.Name}', received none. The file is damaged; save it again.");
        Tensor[] rest = inputs[1..];
        Func<IReadOnlyList<Tensor>>[] code =
            [.. branches.List.Func.Select(branch =>
            (Func<IReadOnlyList<Tensor>>)(() => WithFiller(Call(_session.Library.Body(branch.Name), rest))))];
        return Refine(node, WithoutFiller(Tf.SwitchCase(inputs[0], code)));
    }

    // A branch that only has effects returns nothing, which no branch op does.
    private static Tensor[] WithFiller(Tensor[] results) => [Tensor.Scalar(0), .. results];

    private static Tensor[] WithoutFiller(Tensor[] results) => results[1..];

    private static Tensor[] Refine(NodeDef node, Tensor[] results)
    {
        Shape[] declared = DeclaredShapes(node, results.Length);
        for (int i = 0; i < results.Length; i++)
            Refine(results[i], declared[i]);
        return results;
    }

    /// <summary>Lets a recorded tensor have the shape that the file states, where that says more.</summary>
    private static Tensor Refine(Tensor tensor, Shape declared)
    {
        if (tensor.IsSymbolic && declared.HasRank && !tensor.Shape.IsFullyKnown
            && declared.IsCompatibleWith(tensor.Shape.HasRank ? tensor.Shape : declared))
        {
            Shape known = tensor.Shape;
            tensor.RefineShape(known.HasRank ? (long[])[.. declared.Select((axis, i) => axis < 0 ? known[i] : axis)] : declared);
        }

        return tensor;
    }

    private static Shape ShapeOfState(Tensor tensor) => tensor.DType == DType.Variant ? Shape.Scalar : tensor.Shape;

    private static Shape[] DeclaredShapes(NodeDef node, int count)
    {
        Google.Protobuf.Collections.RepeatedField<TensorShapeProto>? shapes = node.Attr.TryGetValue("output_shapes", out AttrValue? value)
            ? value.List?.Shape
            : null;
        return [.. Enumerable.Range(0, count)
            .Select(i => shapes is not null && shapes.Count == count ? NodeAttributes.ShapeOf(shapes[i]) : Shape.Unknown)];
    }

    /// <summary>Numbers are true where they are not zero.</summary>
    private static Tensor IsTrue(Tensor condition) =>
        condition.DType == DType.Bool ? condition : Tf.NotEqual(condition, RawOps.ZerosLike(condition));
}
