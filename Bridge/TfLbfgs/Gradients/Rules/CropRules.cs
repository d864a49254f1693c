using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.Dimensions;
using static TfLbfgs.Gradients.Rules.RuleOperations;

namespace TfLbfgs.Gradients.Rules;

/// <summary>CropAndResize and its gradient ops. The gradients of those are ours: TensorFlow has none.</summary>
internal static class CropRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.CropAndResize, context =>
        {
            (Tensor image, Tensor boxes, Tensor index, Tensor g) =
                (context.Inputs[0], context.Inputs[1], context.Inputs[2], context.Upstream);
            string method = context.Get(OpAttributes.CropAndResize.Method);
            return context.Result(
                context.Needs(0) ? RawOps.CropAndResizeGradImage(g, boxes, index, ShapeOf(image, DType.Int32), image.DType, method) : null,
                // TensorFlow derives the gradient of the boxes from bilinear sampling, for the nearest neighbor too.
                context.Needs(1) ? RawOps.CropAndResizeGradBoxes(g, image, boxes, index) : null);
        });
        rules.Add(OpNames.CropAndResizeGradImage, context =>
        {
            (Tensor grads, Tensor boxes, Tensor index, Tensor g) =
                (context.Inputs[0], context.Inputs[1], context.Inputs[2], context.Upstream);
            string method = context.Get(OpAttributes.CropAndResizeGradImage.Method);
            return context.Result(
                context.Needs(0) ? RawOps.CropAndResize(g, boxes, index, Spatial(grads), method) : null,
                context.Needs(1) ? RawOps.CropAndResizeGradBoxes(grads, g, boxes, index) : null);
        });
        rules.Add(OpNames.CropAndResizeGradBoxes, context =>
        {
            Tensor[] sources = [context.Inputs[0], context.Inputs[1], context.Inputs[2]];
            using GradientTape tape = new(watchAccessedVariables: false);
            foreach (Tensor source in sources)
                tape.Watch(source);
            return context.Result(tape.GradientOrNull([BoxGradient(context)], sources, [context.Upstream]));
        });
    }

    /// <summary>
    /// What CropAndResizeGradBoxes computes [boxes, 4], of ops that have a gradient: the slopes of the bilinear surface times how far a
    /// box's edge moves them.
    /// </summary>
    private static Tensor BoxGradient(RuleContext context)
    {
        (Tensor grads, Tensor image, Tensor boxes, Tensor index) =
            (context.Inputs[0], RawOps.Cast(context.Inputs[1], DType.Float32), context.Inputs[2], context.Inputs[3]);
        Tensor[] edges = RawOps.Unpack(boxes, 4, axis: 1);
        Samples rows = new(edges[0], edges[2], Dimension(image, 1), Dimension(grads, 1));
        Samples columns = new(edges[1], edges[3], Dimension(image, 2), Dimension(grads, 2));
        Tensor Corner(Tensor row, Tensor column)
        {
            // [boxes, rows, columns, 3]: image, row, column.
            Tensor shape = Dims(Dimension(grads, 0), Dimension(grads, 1), Dimension(grads, 2));
            Tensor of = RawOps.Reshape(RawOps.Cast(index, DType.Int64), Ints(-1, 1, 1));
            return RawOps.GatherNd(image, RawOps.Pack(
                [
                    RawOps.BroadcastTo(of, shape), RawOps.BroadcastTo(RawOps.ExpandDims(row, Int32(2)), shape),
                    RawOps.BroadcastTo(RawOps.ExpandDims(column, Int32(1)), shape),
                ],
                axis: 3));
        }

        (Tensor topLeft, Tensor topRight) = (Corner(rows.Low, columns.Low), Corner(rows.Low, columns.High));
        (Tensor bottomLeft, Tensor bottomRight) = (Corner(rows.High, columns.Low), Corner(rows.High, columns.High));
        Tensor y = RawOps.Reshape(rows.Fraction, Dims(Dimension(grads, 0), Dimension(grads, 1), Int64(1), Int64(1)));
        Tensor x = RawOps.Reshape(columns.Fraction, Dims(Dimension(grads, 0), Int64(1), Dimension(grads, 2), Int64(1)));
        Tensor inside = RawOps.LogicalAnd(RawOps.ExpandDims(rows.Inside, Int32(2)), RawOps.ExpandDims(columns.Inside, Int32(1)));
        Tensor weights = RawOps.SelectV2(RawOps.ExpandDims(inside, Int32(3)), grads, Tensor.Scalar(0f));
        Tensor slopeY = RawOps.Sum(weights * ((1 - x) * (bottomLeft - topLeft) + x * (bottomRight - topRight)), Ints(2, 3));
        Tensor slopeX = RawOps.Sum(weights * ((1 - y) * (topRight - topLeft) + y * (bottomRight - bottomLeft)), Ints(1, 3));
        return RawOps.Pack(
            [
                RawOps.Sum(slopeY * rows.OfStart, Ints(1)), RawOps.Sum(slopeX * columns.OfStart, Ints(1)),
                RawOps.Sum(slopeY * rows.OfEnd, Ints(1)), RawOps.Sum(slopeX * columns.OfEnd, Ints(1)),
            ],
            axis: 1);
    }

    /// <summary>Where the samples of each box lie along one axis [boxes, samples], and how they move with its edges [samples].</summary>
    private sealed class Samples
    {
        public Samples(Tensor start, Tensor end, Tensor size, Tensor count)
        {
            Tensor last = RawOps.Cast(size - 1, DType.Float32);
            Tensor steps = RawOps.Cast(count - 1, DType.Float32);
            Tensor single = RawOps.Equal(count, Int64(1));
            // One sample lies in the middle.
            Tensor along =
                RawOps.SelectV2(single, Tensor.Scalar(0.5f), RawOps.DivNoNan(RawOps.Cast(Counting(count), DType.Float32), steps));
            OfStart = (1 - along) * last;
            OfEnd = along * last;
            Tensor position = RawOps.ExpandDims(start, Int32(1)) * OfStart + RawOps.ExpandDims(end, Int32(1)) * OfEnd;
            Inside = RawOps.LogicalAnd(position >= 0, RawOps.LessEqual(position, last));
            Tensor floor = RawOps.Floor(position);
            Fraction = position - floor;
            Low = RawOps.Cast(RawOps.ClipByValue(floor, Tensor.Scalar(0f), last), DType.Int64);
            High = RawOps.Cast(RawOps.ClipByValue(RawOps.Ceil(position), Tensor.Scalar(0f), last), DType.Int64);
        }

        public Tensor OfStart { get; }

        public Tensor OfEnd { get; }

        public Tensor Inside { get; }

        public Tensor Low { get; }

        public Tensor High { get; }

        public Tensor Fraction { get; }
    }
}
