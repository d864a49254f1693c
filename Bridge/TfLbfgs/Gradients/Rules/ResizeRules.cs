using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using static TfLbfgs.Gradients.Rules.Dimensions;

namespace TfLbfgs.Gradients.Rules;

/// <summary>
/// Resizing of images, which is linear: the gradient of each gradient op is the resizing itself. TensorFlow declares ResizeBilinearGrad to
/// have none, and so do we; those of the others are ours.
/// </summary>
internal static class ResizeRules
{
    public static void AddTo(RuleTable rules)
    {
        rules.Add(OpNames.ResizeNearestNeighbor, context => context.Result(RawOps.ResizeNearestNeighborGrad(
            context.Upstream, Spatial(context.Inputs[0]), AlignCorners(context), HalfPixelCenters(context))));
        rules.Add(OpNames.ResizeNearestNeighborGrad, context => context.Result(RawOps.ResizeNearestNeighbor(
            context.Upstream, Spatial(context.Inputs[0]), AlignCorners(context), HalfPixelCenters(context))));
        rules.Add(OpNames.ResizeBilinear, context => context.Result(Bilinear(context)));
        rules.Add(OpNames.ResizeBicubic, context => context.Result(IsResizable(context) ? RawOps.ResizeBicubicGrad(
            context.Upstream, context.Inputs[0], AlignCorners(context), HalfPixelCenters(context)) : null));
        rules.Add(OpNames.ResizeBicubicGrad, context => context.Result(RawOps.ResizeBicubic(
            context.Upstream, Spatial(context.Inputs[0]), AlignCorners(context), HalfPixelCenters(context))));
        rules.Add(OpNames.ScaleAndTranslate, context => context.Result(RawOps.ScaleAndTranslateGrad(
            context.Upstream, context.Inputs[0], context.Inputs[2], context.Inputs[3],
            context.Get(OpAttributes.ScaleAndTranslate.KernelType), context.Get(OpAttributes.ScaleAndTranslate.Antialias))));
        rules.Add(OpNames.ScaleAndTranslateGrad, context => context.Result(RawOps.ScaleAndTranslate(
            context.Upstream, Spatial(context.Inputs[0]), context.Inputs[2], context.Inputs[3],
            context.Get(OpAttributes.ScaleAndTranslateGrad.KernelType), context.Get(OpAttributes.ScaleAndTranslateGrad.Antialias))));
        rules.NotDifferentiable(OpNames.ResizeBilinearGrad);
    }

    private static Tensor Bilinear(RuleContext context)
    {
        Tensor images = context.Inputs[0];
        // XLA's kernel is right for images of float32 only, of which it takes the shape.
        bool narrow = images.DType != DType.Float32 && DispatchFrame.Current.Target is { IsCompiled: true };
        Tensor gradient = RawOps.ResizeBilinearGrad(
            context.Upstream, narrow ? RawOps.Cast(images, DType.Float32) : images, AlignCorners(context), HalfPixelCenters(context));
        return narrow ? RawOps.Cast(gradient, images.DType) : gradient;
    }

    private static bool AlignCorners(RuleContext context) => context.Get(OpAttributes.ResizeBilinear.AlignCorners);

    private static bool HalfPixelCenters(RuleContext context) => context.Get(OpAttributes.ResizeBilinear.HalfPixelCenters);

    private static bool IsResizable(RuleContext context) => context.Inputs[0].DType is DType.Float32 or DType.Float64;
}
